import { type ComposedSet, findSet, listSets, readSet } from '@adcs-backup/core';
import { logFileName } from '@adcs-backup/ese';
import { expect } from 'vitest';
import { checkFork } from './check-fork.ts';
import { undisturbedEndings } from './disturbance.ts';
import { hasTruncated, type ObservedRun, tookFullInstead, warningsOf, wasKilled } from './observed-run.ts';
import { MOST_LOGS_MEANWHILE } from './process.ts';
import { CHECKPOINT_LAG, type Scene } from './scene.ts';

/**
 * The engine keeps the logs from its checkpoint on, CHECKPOINT_LAG of them. Each of the two sessions that
 * `auto` may need closes one more, and so does issuance meanwhile; the checkpoint has not followed yet.
 */
const MOST_LOGS: number = CHECKPOINT_LAG + 2 + MOST_LOGS_MEANWHILE;

/** Everything that must hold after a run, whatever was done to it. */
export async function checkRun(scene: Scene, run: ObservedRun): Promise<void> {
  checkEnding(scene, run);
  checkSealed(scene, run);
  checkFork(scene, run);
  checkChoice(scene, run);
  checkSession(run);
  checkDeletedLogs(scene, run);
  checkLogFolder(scene, run);
  await checkSets(scene);
}

function checkEnding(scene: Scene, run: ObservedRun): void {
  const { plan, exitCode, before, lines } = run;
  const undisturbed = undisturbedEndings(run);
  const endings = plan.disturbance?.endings(run, undisturbed) ?? undisturbed;
  // An explicit run for logs only may be refused before anything else can happen to it.
  const refusals = plan.type === 'logs-only' && !before.isSettled ? [1, 14] : [];
  expect([...endings, ...refusals]).toContain(exitCode);
  const isForked = scene.isForked ? ['history-forked'] : [];
  const allowed = ['logs-keep-growing', ...isForked, ...(plan.disturbance?.warnings ?? [])];
  if (exitCode === 0 || exitCode === 3) {
    expect(allowed).toEqual(expect.arrayContaining([...warningsOf(run)]));
    expect(exitCode).toBe(warningsOf(run).length > 0 ? 3 : 0);
  }
  expect(lines.filter(({ type, code }) => type === 'error' && code === 'internal')).toEqual([]);
  if (plan.disturbance === undefined && before.isSettled) expect(tookFullInstead(run)).toBe(false);
}

/** A set is there exactly when the run said so, and as good as it said. */
function checkSealed(scene: Scene, run: ObservedRun): void {
  const { sealed, lines, exitCode, before } = run;
  const told = lines.filter(({ type }) => type === 'set-sealed').map(({ label, sound }) => ({ label, sound }));
  const found = sealed.map(({ set }) => ({ label: set.manifest.label, sound: set.manifest.sound }));
  if (!wasKilled(run)) expect(found).toEqual(told);
  expect(found.length).toBeLessThanOrEqual(1);
  if (exitCode === 0 || exitCode === 3) expect(found).toMatchObject([{ sound: true }]);
  if (found.some(({ sound }) => !sound) && !wasKilled(run)) expect([14, 130, 143]).toContain(exitCode);
  for (const { label } of found) expect(label > (before.labels.at(-1) ?? '')).toBe(true);
  for (const { set, composition } of sealed.filter((each) => each.set.manifest.sound)) {
    expect({ findings: composition.findings, isComplete: composition.isComplete }).toEqual({
      findings: [],
      isComplete: true,
    });
    expect(set.manifest.checks).toMatchObject({ contents: 'passed', chain: 'passed' });
    // What the session closed must be in the set: a set that ends before is no backup of this moment.
    const last = Math.max(...before.logs, 0) + 1;
    expect(composition.logs.at(-1)?.generation ?? 0).toBeGreaterThanOrEqual(last);
  }
  expect([...scene.sets.keys()]).toEqual(before.labels);
}

/** After a set that is suspect, whose session did not end well, or that is a copy for the CA, `auto` takes a full one. */
function checkChoice({ sets }: Scene, { plan, sealed }: ObservedRun): void {
  const newest = [...sets.values()].at(-1);
  if (plan.type !== 'auto' || newest === undefined || newest.isTrusted) return;
  for (const { set } of sealed) expect(set.manifest.type).toBe('full');
}

function checkSession(run: ObservedRun): void {
  const { report, plan } = run;
  expect(report.overlapping).toEqual([]);
  if (wasKilled(run) || report.hung.length > 0) return;
  expect({ kind: plan.disturbance?.kind, ...report.sessions, left: report.sessions.left }).toMatchObject({ left: 0 });
  expect(report.buffers).toMatchObject({ left: 0, freedTwice: 0, freedUnknown: 0, overwritten: 0 });
}

/** Nothing is gone that a sound set of this very run doesn't give back: its logs, and its database for those before. */
function checkDeletedLogs(scene: Scene, run: ObservedRun): void {
  const { before, logsAfter, sealed } = run;
  const newest = Math.max(...before.logs, ...logsAfter);
  const lowest = Math.min(...before.logs, newest);
  const all = Array.from({ length: newest - lowest + 1 }, (_, index) => lowest + index);
  const gaps = all.filter((generation) => generation <= Math.max(...before.logs) && !before.logs.includes(generation));
  const gone = all.filter((generation) => !logsAfter.includes(generation) && !gaps.includes(generation));
  if (gone.length === 0) return;
  expect({ gone, hasTruncated: hasTruncated(run) }).toEqual({ gone, hasTruncated: true });
  const sound = sealed.find(({ set }) => set.manifest.sound);
  expect({ gone, sound: sound?.set.manifest.sound }).toEqual({ gone, sound: true });
  for (const generation of gone) if (sound !== undefined) checkKept(scene, run, { sound, generation });
}

function checkKept(
  scene: Scene,
  run: ObservedRun,
  { sound, generation }: { readonly sound: ComposedSet; readonly generation: number },
): void {
  const { logs, needed } = sound.composition;
  if (generation < (needed?.lowest ?? 0)) return;
  const holder = logs.find((log) => log.generation === generation)?.set.label;
  const handedOut = holder === sound.set.manifest.label ? run.handedOut : scene.sets.get(holder ?? '')?.handedOut;
  expect({ generation, sha256: handedOut?.get(logFileName(generation)) }).toEqual({
    generation,
    sha256: scene.archive.copy().get(generation),
  });
}

/** After a truncation that was one, the folder is as small as the engine allows. */
function checkLogFolder({ tally }: Scene, run: ObservedRun): void {
  const after = run.sealed[0]?.set.outcome?.truncation?.after;
  if (!hasTruncated(run) || run.plan.disturbance?.faults?.truncateNothing === true || after?.readable !== true) return;
  const closed = Math.max(...run.logsAfter, 0) - Math.max(...run.before.logs, 0);
  expect(after.logCount).toBeLessThanOrEqual(CHECKPOINT_LAG + closed);
  expect(after.logCount).toBeLessThanOrEqual(MOST_LOGS);
  tally.mostLogs = Math.max(tally.mostLogs, after.logCount);
}

/** No set is lost, and `latest` is the newest sound one. */
async function checkSets({ sink, sets }: Scene): Promise<void> {
  const entries = await listSets(sink);
  const labels = entries.map(({ label }) => label.text);
  expect(labels).toEqual(expect.arrayContaining([...sets.keys()]));
  let newestSound: string | undefined;
  for (const entry of entries.toReversed()) {
    const known = sets.get(entry.label.text)?.manifest ?? (await readSet(sink, entry)).manifest;
    if (known.sound) newestSound = known.label;
    if (known.sound) break;
  }
  if (newestSound === undefined) return;
  expect((await findSet(sink, { label: 'latest' })).label.text).toBe(newestSound);
}
