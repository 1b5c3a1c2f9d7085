import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StandinCa } from '../src/index.ts';
import { begin, FULL, loadedCa, server } from './temporary-ca.ts';

const BACKUP_IN_PROGRESS = 0xc80001f9;
const holder = fileURLToPath(new URL('session-holder.ts', import.meta.url));

/** Another process with an open session. */
async function holdSession(ca: StandinCa, ...more: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--no-warnings', holder, ca.library, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [output] = await once(child.stdout, 'data');
  expect(String(output)).toBe('0\n');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('several processes', () => {
  it('have one session between them', { timeout: 30_000 }, async () => {
    const { ca, library } = await loadedCa();
    const child = await holdSession(ca);
    expect(library.prepare(server, FULL).hresult).toBe(BACKUP_IN_PROGRESS);
    await kill(child);
    library.end(begin(library));
    const { calls, sessions } = await ca.report();
    expect(new Set(calls.map((call) => call.process))).toEqual(new Set([child.pid, process.pid]));
    expect(sessions).toEqual({ begun: 2, left: 1 });
  });

  it("leave a killed one's session lingering for a while", { timeout: 30_000 }, async () => {
    const { ca, library } = await loadedCa();
    await ca.setFaults({ lingerMs: 400 });
    await kill(await holdSession(ca));
    const since = performance.now();
    while (library.prepare(server, FULL).hresult === BACKUP_IN_PROGRESS) await sleep(20);
    expect(performance.now() - since).toBeGreaterThanOrEqual(399);
    expect((await ca.report()).sessions.begun).toBe(2);
  });

  it('do not linger after a session that ended', async () => {
    const { ca, library } = await loadedCa();
    await ca.setFaults({ lingerMs: 60_000 });
    library.end(begin(library));
    library.end(begin(library));
  });

  it('tell of a call that never returned', { timeout: 30_000 }, async () => {
    const { ca } = await loadedCa();
    await ca.setFaults({ hang: [{ call: 'CertSrvBackupGetDynamicFileListW', nth: 1 }] });
    const child = await holdSession(ca, 'hang');
    await expect
      .poll(async () => (await ca.report()).hung, { timeout: 20_000 })
      .toEqual(['CertSrvBackupGetDynamicFileListW']);
    await kill(child);
  });
});

describe('several threads', () => {
  /** The answer of the library to another thread of this process. */
  async function askFromOtherThread(ca: StandinCa): Promise<unknown> {
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const library = require(workerData.koffi).load(workerData.library);
       const isOnline = library.func('CertSrvIsServerOnlineW', 'int32', ['str16', '_Out_ int32 *']);
       parentPort.postMessage(isOnline(workerData.server, [0]) >>> 0);`,
      { eval: true, workerData: { library: ca.library, server, koffi: fileURLToPath(import.meta.resolve('koffi')) } },
    );
    const [answer] = await once(worker, 'message');
    await worker.terminate();
    return answer;
  }

  it('are told apart, and all but the first refused when asked so', { timeout: 30_000 }, async () => {
    const { ca, library } = await loadedCa();
    library.isServerOnline(server);
    expect(await askFromOtherThread(ca)).toBe(0);
    await ca.setFaults({ oneThread: true });
    expect(await askFromOtherThread(ca)).toBe(0x8001010e);
    expect(library.isServerOnline(server).hresult).toBe(0);
    const threads = (await ca.report()).calls.map((call) => call.thread);
    expect(threads[0]).toBe(threads[3]);
    expect(new Set(threads).size).toBe(3);
  });
});
