import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findSet, restoreSet, runBackup, verifySet } from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import { openDiskSink } from '@adcs-backup/sink-disk';
import { sparseCertSrv } from './sparse-cert-srv.ts';
import { SparseDatabase, type SparseShape } from './sparse-database.ts';

/** One phase of the sparse scenario: run by itself in a process, which prints its result as a line of JSON. */

type Phase = 'first' | 'second' | 'verify' | 'restore';

export interface PhaseRequest {
  readonly phase: Phase;
  readonly folder: string;
  readonly shape: SparseShape;
}

export interface PhaseResult {
  readonly seconds: number;
  /** Resident memory at its highest. */
  readonly peakBytes: number;
  readonly newBlocks: number;
  readonly storedBytes: number;
}

export const sinkOf = (folder: string): string => join(folder, 'sink');
export const targetOf = (folder: string): string => join(folder, 'restored');

type Counts = Pick<PhaseResult, 'newBlocks' | 'storedBytes'>;

export async function runPhase(request: PhaseRequest): Promise<PhaseResult> {
  const begun = performance.now();
  const counts = await perform(request, await openDiskSink(sinkOf(request.folder)));
  const seconds = (performance.now() - begun) / 1000;
  const [, peakKib] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
  if (peakKib === undefined) throw new Error('/proc/self/status tells no VmHWM');
  return { seconds, peakBytes: Number(peakKib) * 1024, ...counts };
}

async function perform({ phase, folder, shape }: PhaseRequest, sink: BackupSink): Promise<Counts> {
  const nothing = { newBlocks: 0, storedBytes: 0 };
  switch (phase) {
    case 'first':
      return await backUp(sink, { ...shape, version: 0 });
    case 'second':
      return await backUp(sink, shape);
    case 'verify': {
      const verdict = await verifySet(sink, await findSet(sink, { label: 'latest' }), { readData: 100 });
      if (!verdict.intact) throw new Error(`the set is damaged: ${JSON.stringify(verdict.findings)}`);
      return { ...nothing, newBlocks: verdict.blocksChecked };
    }
    case 'restore':
      await restoreSet(sink, await findSet(sink, { label: 'latest' }), { to: targetOf(folder) });
      return nothing;
  }
}

async function backUp(sink: BackupSink, shape: SparseShape): Promise<Counts> {
  const result = await runBackup({
    openCertSrv: async () => sparseCertSrv(new SparseDatabase(shape)),
    sinks: [sink],
    server: 'ca01',
    type: 'full',
    tool: { name: 'sparse', version: '0' },
  });
  if (result.at === 'failed') throw result.error;
  if (result.warnings.length > 0) throw new Error(`warnings: ${JSON.stringify(result.warnings)}`);
  if (!result.manifest.sound) throw new Error(`suspect: ${JSON.stringify(result.manifest.findings)}`);
  const { newBlocks, storedBytes } = result.manifest.counts;
  return { newBlocks, storedBytes };
}
