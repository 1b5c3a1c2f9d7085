import { logGeneration } from '@adcs-backup/ese';
import { expect } from 'vitest';
import { type ObservedRun, warningsOf } from './observed-run.ts';
import type { RecordedSet, Scene } from './scene.ts';

/**
 * Where the sink knows logs that the CA has not written yet, the CA went back. A full set then begins a new
 * chain and says so; logs only are no set of that chain.
 */
export function checkFork({ sets }: Scene, run: ObservedRun): void {
  const newest = [...sets.values()].at(-1);
  const [sealed] = run.sealed;
  if (newest === undefined || sealed === undefined) return;
  // A trial before it closes a log, too, and what is issued meanwhile closes more.
  const written = Math.max(0, ...run.logsAfter);
  const known = Math.max(0, ...builtOn(newest, sets).flatMap(goodLogs));
  if (known <= written) return;
  const { type, chain } = sealed.set.manifest;
  const isNewChain = chain !== newest.manifest.chain;
  const isTold = run.exitCode === null || warningsOf(run).includes('history-forked');
  expect({ written, known, type, isNewChain, isTold }).toEqual({
    written,
    known,
    type: 'full',
    isNewChain: true,
    isTold: true,
  });
}

/** The newest set, and those of its chain before it, back to its full set. */
function builtOn({ manifest }: RecordedSet, sets: Scene['sets']): readonly RecordedSet[] {
  const base = manifest.base ?? manifest.label;
  return [...sets.values()].filter((set) => set.manifest.chain === manifest.chain && set.manifest.label >= base);
}

function goodLogs({ manifest }: RecordedSet): readonly number[] {
  return manifest.files.flatMap(({ name, intact }) => (intact === true ? (logGeneration(name) ?? []) : []));
}
