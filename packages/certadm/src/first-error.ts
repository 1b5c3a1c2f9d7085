/** Cleaning up in several steps: the first error wins, none is lost. */

/** Runs every step in order, whatever the ones before did, then throws the first error with the later ones attached. */
export async function runAll(steps: readonly (() => unknown)[]): Promise<void> {
  const [first, ...later] = await errorsOf(steps);
  if (first !== undefined) {
    attachLater(
      first.error,
      later.map(({ error }) => error),
    );
    throw first.error;
  }
}

/** Cleans up after `error`, then throws it with what failed meanwhile attached. */
export async function unwind(error: unknown, steps: readonly (() => unknown)[]): Promise<never> {
  attachLater(
    error,
    (await errorsOf(steps)).map((later) => later.error),
  );
  throw error;
}

async function errorsOf(steps: readonly (() => unknown)[]): Promise<readonly { readonly error: unknown }[]> {
  const errors: { readonly error: unknown }[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push({ error });
    }
  }
  return errors;
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
