import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The commit that is measured, with `-dirty` when files differ from it; undefined outside a checkout. */
export async function measuredCommit(): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', ['describe', '--always', '--dirty', '--abbrev=7'], {
      cwd: import.meta.dirname,
    });
    return stdout.trim();
  } catch {
    // No git, or no checkout: the version has to do.
    return undefined;
  }
}
