import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackupOptions, type BackupResult, type Clock, runBackup } from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import { MemorySink, type ScriptedCa, ScriptedCertSrv } from '@adcs-backup/core/testing';
import { onTestFinished } from 'vitest';

/** Bytes that don't compress, the same for the same seed. */
export function noise(length: number, seed: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 32) {
    createHash('sha256').update(`${seed}/${at}`).digest().copy(bytes, at);
  }
  return bytes;
}

/** A database with noise, text and zeros in it, and two logs and a CRL. */
export function testCa(more: ScriptedCa = {}): ScriptedCa {
  const database = Buffer.concat([
    noise(300_000, 1),
    Buffer.alloc(1_500_000),
    Buffer.from('certificate '.repeat(60_000)),
  ]);
  return {
    caName: 'Test CA',
    databases: { 'Test CA.edb': database },
    logs: { 'edb00001.log': noise(70_000, 2), 'edb00002.log': Buffer.from('log '.repeat(20_000)) },
    dynamicFiles: { '\\\\ca01\\C$\\CertEnroll\\Test CA.crl': noise(1_800, 3) },
    ...more,
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
    sink,
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

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'adcs-backup-core-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
