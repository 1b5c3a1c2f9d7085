const controller = new AbortController();

/** Aborted by Ctrl-C, so that what is running is killed, what was made is removed. */
export const interrupt: AbortSignal = controller.signal;

/**
 * From now on Ctrl-C aborts {@link interrupt}. Whatever started this process may pass the same Ctrl-C on once more, so
 * a second one changes nothing.
 */
export function listenForInterrupt(): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => controller.abort(new Error(`interrupted by ${name}`)));
  }
}
