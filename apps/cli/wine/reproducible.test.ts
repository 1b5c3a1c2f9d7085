import { hash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute } from '@adcs-backup/wine';
import { expect, it, onTestFinished } from 'vitest';
import { buildFolder } from './built-executable.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

it('the same sources give the same bytes in another folder, time zone and language', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'adcs-backup-again-'));
  onTestFinished(() => rm(copy, { recursive: true }));
  const listed = await execute('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const path of listed.stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await cp(join(root, path), join(copy, path), { verbatimSymlinks: true });
  }
  await execute('pnpm', ['install', '--offline', '--frozen-lockfile'], { cwd: copy });
  const env = { ...process.env, TZ: 'Asia/Kolkata', LC_ALL: 'C' };
  await execute('pnpm', ['--filter', 'adcs-backup', 'run', 'build:exe', join(copy, 'built')], { cwd: copy, env });
  expect(await digestsIn(join(copy, 'built'))).toEqual(await digestsIn(buildFolder));
});

async function digestsIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).sort((one, other) => (one.name < other.name ? -1 : 1));
  const digests: Record<string, string> = {};
  for (const { name, parentPath } of files) digests[name] = hash('sha256', await readFile(join(parentPath, name)));
  return digests;
}
