import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BackupOptions,
  type BackupResult,
  type Clock,
  listSets,
  runBackup,
  type SetEntry,
} from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import { MemorySink, type ScriptedCa, type ScriptedCall, ScriptedCertSrv } from '@adcs-backup/core/testing';
import { onTestFinished } from 'vitest';
import { validDatabase, validLogs } from './valid-files.ts';

/** Bytes that don't compress, the same for the same seed. */
export function noise(length: number, seed: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 32) {
    createHash('sha256').update(`${seed}/${at}`).digest().copy(bytes, at);
  }
  return bytes;
}

const database = validDatabase({ seeds: [1, 2, 3, 4, 5, ...new Array<number>(23).fill(0), 6, 7, 8, 9, 10, 11] });
const logs = validLogs();

/** A database with pages in use and pages never used, two logs and a CRL; all of it valid. */
export function testCa(more: ScriptedCa = {}): ScriptedCa {
  return {
    caName: 'Test CA',
    databases: { 'Test CA.edb': database },
    logs,
    dynamicFiles: { '\\\\ca01\\C$\\CertEnroll\\Test CA.crl': noise(1_800, 3) },
    ...more,
  };
}

/** Throws `error` at the first `times` calls of `call`. */
export function failing(
  call: ScriptedCall,
  error: Error,
  times: number = Number.POSITIVE_INFINITY,
): (called: ScriptedCall) => void {
  let left = times;
  return (called: ScriptedCall): void => {
    if (called !== call || left === 0) return;
    left -= 1;
    throw error;
  };
}

/** A clock that stands still unless somebody sleeps. */
export class TestClock implements Clock {
  time: Date;

  constructor(iso = '2026-11-21T18:03:16.500Z') {
    this.time = new Date(iso);
  }

  now(): Date {
    return this.time;
  }

  async sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    this.time = new Date(this.time.getTime() + ms);
  }
}

/** A sink in memory whose clock is that of {@link TestClock}. */
export function testSink(iso = '2026-11-21T18:03:16Z'): MemorySink {
  return new MemorySink({ now: () => new Date(iso) });
}

export interface TestRun {
  readonly certSrv: ScriptedCertSrv;
  readonly result: BackupResult;
  readonly states: readonly string[];
}

/** Runs a backup of a scripted CA into `sink`. */
export async function backUp(
  sink: BackupSink,
  ca: ScriptedCa = testCa(),
  options: Partial<BackupOptions> = {},
): Promise<TestRun> {
  const certSrv = new ScriptedCertSrv(ca);
  const states: string[] = [];
  const result = await runBackup({
    openCertSrv: certSrv.open,
    sinks: [sink],
    server: 'ca01',
    type: 'full',
    tool: { name: 'test', version: '0.0.0' },
    workers: 0,
    clock: new TestClock(),
    ...options,
    observe: (event) => {
      if (event.type === 'state-entered') states.push(event.state);
      options.observe?.(event);
    },
  });
  return { certSrv, result, states };
}

/** The newest set, sound or not: noise makes it suspect, and `latest` steps over it. */
export async function newestSet(sink: BackupSink): Promise<SetEntry> {
  const entry = (await listSets(sink)).at(-1);
  if (entry === undefined) throw new Error('there is no set');
  return entry;
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'adcs-backup-core-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
