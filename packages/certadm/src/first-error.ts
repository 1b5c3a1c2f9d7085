/** Cleaning up in several steps: the first error wins, none is lost. */

/** Runs every step in order, whatever the ones before did, then throws the first error with the later ones attached. */
export async function runAll(steps: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) {
    const [first, ...later] = errors;
    attachLater(first, later);
    throw first;
  }
}

/** For errors that are to be expected after `first`, which someone has already seen. */
export function attachOrThrow(first: unknown, later: unknown): void {
  if (!(first instanceof Error)) {
    throw later;
  }
  attachLater(first, [later]);
}

/** Attaches errors met while cleaning up to the error before them, as its `laterErrors`. */
export function attachLater(first: unknown, later: readonly unknown[]): void {
  if (first instanceof Error && later.length > 0) {
    Object.assign(first, { laterErrors: [...laterErrorsOf(first), ...later] });
  }
}

export function laterErrorsOf(error: Error): readonly unknown[] {
  return 'laterErrors' in error && Array.isArray(error.laterErrors) ? error.laterErrors : [];
}
