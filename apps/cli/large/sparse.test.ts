import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../long/sparse.ts', import.meta.url));

test.runIf(process.platform === 'linux')('a sparse database of 8 GiB needs under 256 MiB, and comes back', async () => {
  const args = ['--conditions=@adcs-backup/source', script, '--gib', '8', '--limit-mib', '256'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  console.log(stdout);
  expect(stdout).toMatch(/^ {2}first .+\n {2}second .+\n {2}verify .+\n {2}restore .+\n {2}restored: 4000 blocks /m);
});
