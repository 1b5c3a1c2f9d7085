import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ExportName } from '@adcs-backup/standin';
import { describe, expect, it } from 'vitest';
import { newCa } from './stand-in.ts';

const hang = new URL('child/hang.ts', import.meta.url);
const whole = new URL('child/whole.ts', import.meta.url);
const exitNow = new URL('child/exit-now.ts', import.meta.url);

describe('a native call that never returns', { timeout: 30_000 }, () => {
  it.each<ExportName>([
    'CertSrvIsServerOnlineW',
    'CertSrvBackupPrepareW',
    'CertSrvBackupGetDatabaseNamesW',
    'CertSrvBackupFree',
    'CertSrvBackupRead',
  ])('%s is told of once, and the process can still be ended', async (call) => {
    const ca = await newCa();
    await ca.setFaults({ hang: [{ call, nth: 1 }] });
    expect(await run(hang, ca.library)).toEqual({
      code: 70,
      stdout: `stalled in ${call}, long enough\nstalls: 1\n`,
      stderr: '',
    });
    expect((await ca.report()).hung).toEqual([call]);
  });

  it('leaves a CA that takes the next backup', async () => {
    const ca = await newCa();
    await ca.setFaults({ hang: [{ call: 'CertSrvBackupRead', nth: 1 }] });
    expect(await run(hang, ca.library)).toMatchObject({ code: 70 });
    await ca.clearFaults();
    expect(await run(whole, ca.library)).toMatchObject({ code: 0, stdout: 'released\n' });
    expect((await ca.report()).sessions).toEqual({ begun: 2, left: 1 });
  });
});

describe('a process', { timeout: 30_000 }, () => {
  it('ends by itself once the library is released', async () => {
    const ca = await newCa();
    expect(await run(whole, ca.library)).toEqual({ code: 0, stdout: 'released\n', stderr: '' });
  });

  it('that never opened a library ends in the ordinary way', async () => {
    expect(await run(exitNow)).toEqual({ code: 12, stdout: 'exit handler: 12\n', stderr: '' });
  });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script from source. */
async function run(script: URL, ...parameters: string[]): Promise<Ended> {
  const options = ['--conditions=@adcs-backup/source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...options, fileURLToPath(script), ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout: await stdout, stderr: await stderr };
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += chunk.toString();
  }
  return text;
}
