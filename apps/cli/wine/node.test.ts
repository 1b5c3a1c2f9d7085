import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compareRestored } from '@adcs-backup/standin';
import { type Ended, windowsNode } from '@adcs-backup/wine';
import { describe, expect, it } from 'vitest';
import { version } from '../src/version.ts';
import { jsonLines } from '../test/run-cli.ts';
import { restoredFiles } from './restored.ts';
import { machine, newCa, newFolder } from './windows.ts';

/** The installed command under node.exe, where it goes other ways than the executable: its threads, koffi and packages are files. */

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const reason = existsSync(main) ? '' : ' (skipped: it is not built; run "pnpm build")';
/** Drive Z of Wine is the whole of this machine. */
const script = `Z:${realpathSync(fileURLToPath(new URL('../bin/adcs-backup.js', import.meta.url))).replaceAll('/', '\\')}`;

function underNode(args: readonly string[]): Promise<Ended> {
  return machine.run(windowsNode, [script, ...args]);
}

describe.skipIf(reason !== '')(`the command under node.exe${reason}`, () => {
  it('tells its version, and finds the CA', async () => {
    await newCa();
    expect((await underNode(['--version'])).stdout).toBe(`${version}\n`);
    const doctor = await underNode(['doctor', '--json']);
    expect(doctor.code, doctor.stderr).toBe(0);
    expect(jsonLines(doctor.stdout)).toContainEqual(expect.objectContaining({ name: 'server', status: 'ok' }));
  });

  // Without keys: Wine shows the links of a checkout's packages as folders, and Node then misses what lies beside their targets.
  it('takes a backup, and restores it, by threads and a native part that are files', async () => {
    const { ca } = await newCa();
    const [sink, target] = [await newFolder('Backups'), await newFolder('Restored')];
    const backup = await underNode(['backup', sink.path, '--truncate-logs']);
    expect(backup.code, backup.stderr).toBe(0);
    const restored = await underNode(['restore', sink.path, 'latest', '--to', `${target.path}\\CA`, '--json']);
    expect(restored.code, restored.stderr).toBe(0);
    const { digests, sessions } = await ca.report();
    const { differences } = await compareRestored(restoredFiles(restored.stdout), digests, ca.enrollFolder);
    expect(differences).toEqual([]);
    expect(sessions).toEqual({ begun: 1, left: 0 });
  });

  it('leaves a call that hangs when the watchdog barks', async () => {
    const { ca } = await newCa();
    const sink = await newFolder('Backups');
    await ca.setFaults({ hang: [{ call: 'CertSrvBackupRead', nth: 1 }] });
    const { code, stdout } = await underNode(['backup', sink.path, '--stall-timeout', '1s', '--json']);
    expect(jsonLines(stdout)).toContainEqual(expect.objectContaining({ type: 'error', code: 'stalled' }));
    expect(code).toBe(1);
  });
});
