import type { ComposedSet } from '@adcs-backup/core';
import { hasTruncated, type ObservedRun } from './observed-run.ts';
import type { Scene } from './scene.ts';

/** Takes down what a run left: its set, how it ended, what the engine now remembers. */
export function recordRun(scene: Scene, run: ObservedRun): void {
  const { tally, sets, archive } = scene;
  const { plan, handedOut, sealed, state, exitCode } = run;
  tally.runs += 1;
  tally.count(tally.exitCodes, exitCode === null ? 'killed' : String(exitCode));
  if (plan.disturbance !== undefined) tally.count(tally.disturbances, plan.disturbance.kind);
  for (const reason of reasonsOf(run)) tally.count(tally.reasons, reason);
  for (const { set } of sealed) {
    const { manifest } = set;
    tally.count(tally.sets, `${manifest.sound ? 'sound' : 'suspect'} ${manifest.type}`);
    const isTrusted = canBeTrusted(set, run);
    sets.set(manifest.label, { manifest, handedOut, logs: archive.copy(), state, isTrusted, wasBusy: plan.isBusy });
    scene.isSettled = isTrusted && (manifest.type === 'full' || scene.isSettled);
    if (manifest.sound && manifest.type === 'full') scene.isForked = false;
  }
}

/** Nobody doubts it, and as a full set the engine counts it. */
function canBeTrusted({ manifest, outcome }: ComposedSet['set'], run: ObservedRun): boolean {
  const hasEnded = outcome !== undefined && !outcome.warnings.some(({ code }) => code === 'end-failed');
  return manifest.sound && hasEnded && (manifest.type === 'logs-only' || hasTruncated(run));
}

/** Without the numbers and labels that differ from run to run. */
function reasonsOf({ lines }: ObservedRun): readonly string[] {
  return lines
    .filter(({ type }) => type === 'full-chosen')
    .map(({ reason }) =>
      String(reason)
        .replaceAll(/\d{8}T\d{6}Z-(full|logs-only)/g, '<$1>')
        .replaceAll(/\d{8}T\d{6}Z/g, '<chain>')
        .replaceAll(/\b\d+\b/g, 'N'),
    );
}
