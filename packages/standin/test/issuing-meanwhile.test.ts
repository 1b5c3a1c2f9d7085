import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readdir, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logGeneration } from '@adcs-backup/ese';
import { describe, expect, it } from 'vitest';
import { withCaLock } from '../src/ca-lock.ts';
import { replayLogs, type StandinCa, stateDigest } from '../src/index.ts';
import { layoutOf } from '../src/layout.ts';
import { begin, loadedCa, temporaryCa, temporaryFolder } from './temporary-ca.ts';

const program = fileURLToPath(new URL('backup-process.ts', import.meta.url));

/** A full backup by another process, into a folder. */
function backUpElsewhere(ca: StandinCa, folder: string): ChildProcess {
  return spawn(process.execPath, ['--no-warnings', program, ca.library, folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function logsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => logGeneration(name) !== undefined).map((name) => join(folder, name));
}

describe('issuing while another process backs up', () => {
  it.each([1, 2, 3])('loses nothing: copy and logs make the state (run %i)', async (seed) => {
    const ca = await temporaryCa({ seed, databaseBytes: 4 * 2 ** 20, moreDatabases: ['Archive'] });
    await ca.setFaults({ slowReadMs: 3 });
    const folder = await temporaryFolder();
    const child = backUpElsewhere(ca, folder);
    const exited = once(child, 'exit');
    let rounds = 0;
    for (; child.exitCode === null; rounds += 1) {
      await ca.issueCertificates({ changedPages: 25, appendedPages: rounds % 3, logs: rounds % 2 });
    }
    expect(await exited).toEqual([0, null]);
    expect(rounds).toBeGreaterThan(0);
    // What was written after the backup is in logs of which the last must be closed.
    await ca.backUpWithAnotherTool({ type: 'full', truncate: false });
    for (const path of await logsIn(ca.logFolder)) await cp(path, join(folder, basename(path)), { force: true });
    for (const path of ca.databasePaths) {
      const copy = join(folder, basename(path));
      const { changedPages } = await replayLogs(copy, await logsIn(folder));
      expect(changedPages).toBeGreaterThan(0);
      expect(await stateDigest(copy)).toBe(await stateDigest(path));
    }
  });

  it('gives a set that can be restored as it is', async () => {
    const ca = await temporaryCa({ databaseBytes: 4 * 2 ** 20 });
    await ca.setFaults({ slowReadMs: 3 });
    const folder = await temporaryFolder();
    const child = backUpElsewhere(ca, folder);
    const exited = once(child, 'exit');
    while (child.exitCode === null) await ca.issueCertificates({ changedPages: 25, logs: 1 });
    expect(await exited).toEqual([0, null]);
    await ca.restoreFrom(folder);
    const restored = await stateDigest(ca);
    const copy = join(folder, basename(ca.databasePath));
    await replayLogs(copy, await logsIn(folder));
    expect(await stateDigest(copy)).toBe(restored);
  });
});

describe('the lock between library and generator', () => {
  it('is waited for by both, and taken from a process that was killed', async () => {
    const { ca, library } = await loadedCa();
    const lock = join(ca.folder, 'files.lock');
    await writeFile(lock, '');
    const issued = ca.issueCertificates({ changedPages: 1 }).then(() => existsSync(lock));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(existsSync(lock)).toBe(true);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    expect(await issued).toBe(false);
    await writeFile(lock, '');
    await utimes(lock, longAgo, longAgo);
    library.end(begin(library));
    expect(existsSync(lock)).toBe(false);
  });

  it('cannot be had where nothing can be written', async () => {
    const ca = await temporaryCa();
    const layout = { ...layoutOf(ca.folder), lock: join(ca.folder, 'no such folder', 'files.lock') };
    await expect(withCaLock(layout, () => 1)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
