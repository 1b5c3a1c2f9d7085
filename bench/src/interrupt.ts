const controller = new AbortController();

/** Aborted by Ctrl-C, so that what is running is killed, what was made is removed. */
export const interrupt: AbortSignal = controller.signal;

/** From now on Ctrl-C aborts {@link interrupt}; a second one ends the process at once. */
export function listenForInterrupt(): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(new Error(`interrupted by ${name}`)));
  }
}
