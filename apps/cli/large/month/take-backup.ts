import { win32 } from 'node:path';
import { composeStored, listSets } from '@adcs-backup/core';
import { type StandinReport, stateDigest } from '@adcs-backup/standin';
import { jsonLines } from '../../test/run-cli.ts';
import type { Before, ObservedRun, RunPlan } from './observed-run.ts';
import { issue, runCommand } from './process.ts';
import { newPath, type Scene } from './scene.ts';
import { Witness } from './witness.ts';

/** Takes a backup by the real command, with what is done to it, and takes down what there is to know. */
export async function takeBackup(scene: Scene, plan: RunPlan): Promise<ObservedRun> {
  const { place, random, archive } = scene;
  const { ca } = place;
  const { disturbance } = plan;
  // The checkpoint has caught up before each run: what a truncation leaves can be told.
  await issue(ca, random, 0);
  const before = await lookBefore(scene);
  const witness = plan.isBusy ? await Witness.of(ca, newPath(scene, 'witness')) : undefined;
  await ca.clearReport();
  if (disturbance?.faults !== undefined) await ca.setFaults(disturbance.faults);
  const issuing = witness && { random: random.branch(), witness };
  const result = await runCommand(argumentsOf(scene, plan), { ca, stop: disturbance?.stop, issuing });
  await ca.clearFaults();
  const report = await ca.report();
  const handedOut = handedOutOf(report);
  const logsAfter = await archive.look();
  const flipped = disturbance?.faults?.flipBits?.map(({ file }) => file) ?? [];
  archive.add(new Map([...handedOut].filter(([name]) => !flipped.includes(name))));
  const sealed = await sealedSince(scene, before);
  const lines = jsonLines(wholeLines(result.stdout));
  const { exitCode, stderr } = result;
  const state = await stateOf(sealed, before, witness);
  await witness?.leave();
  return { plan, before, exitCode, stderr, lines, report, handedOut, logsAfter, sealed, state };
}

function argumentsOf({ place }: Scene, { type, truncates, disturbance }: RunPlan): readonly string[] {
  const [command = '', sink = '', ...others] = place.backup;
  const query = disturbance?.sinkQuery;
  const address = query === undefined ? sink : `faulty://${sink}?${query}`;
  const flags = [...(truncates ? ['--truncate-logs'] : []), ...(disturbance?.flags ?? [])];
  return [command, address, ...others, '--type', type, '--wait', '400ms', ...flags];
}

async function lookBefore(scene: Scene): Promise<Before> {
  const { place, archive, sink, isSettled } = scene;
  return {
    logs: await archive.look(),
    labels: (await listSets(sink)).map(({ label }) => label.text),
    isSettled,
    state: await stateDigest(place.ca),
  };
}

/** Of the CA, when the last log of the sealed set was closed. */
async function stateOf(
  [sealed]: ObservedRun['sealed'],
  { state }: Before,
  witness: Witness | undefined,
): Promise<string | undefined> {
  if (sealed?.composition.isComplete !== true) return undefined;
  return witness === undefined ? state : await witness.stateAt(sealed.composition.logs.at(-1)?.generation ?? 0);
}

/** A run that took a second session may have read a log twice: the last time counts. */
function handedOutOf({ digests }: StandinReport): ReadonlyMap<string, string> {
  return new Map(digests.map(({ path, sha256 }) => [win32.basename(path), sha256]));
}

async function sealedSince({ sink }: Scene, { labels }: Before): Promise<ObservedRun['sealed']> {
  const entries = (await listSets(sink)).filter(({ label }) => !labels.includes(label.text));
  const sealed: ObservedRun['sealed'][number][] = [];
  for (const entry of entries) sealed.push(await composeStored(sink, entry));
  return sealed;
}

/** A process that is killed may leave half a line behind. */
function wholeLines(stdout: string): string {
  return stdout.slice(0, stdout.lastIndexOf('\n') + 1);
}
