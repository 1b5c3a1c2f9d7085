/** Checks that go on after one has failed, and are counted. */
let failed = 0;

export async function check(title: string, body: () => void | Promise<void>): Promise<void> {
  try {
    await body();
    process.stdout.write(`ok      ${title}\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(`FAILED  ${title}\n${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** What this can't show, and why. */
export function skip(title: string, reason: string): void {
  process.stdout.write(`skipped ${title}: ${reason}\n`);
}

export function failedChecks(): number {
  return failed;
}
