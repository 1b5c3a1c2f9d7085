import { randomInt } from 'node:crypto';
import { composeStored, listSets, verdictOf } from '@adcs-backup/core';
import { openDiskSink } from '@adcs-backup/sink-disk';
import { expect, test } from 'vitest';
import { newPlace } from '../test/place.ts';
import { cli, jsonLines } from '../test/run-cli.ts';
import { checkRun } from './month/check-run.ts';
import { chooseDisturbance } from './month/choose-disturbance.ts';
import { LogArchive } from './month/log-archive.ts';
import type { ObservedRun, RunPlan } from './month/observed-run.ts';
import { issue } from './month/process.ts';
import { Random } from './month/random.ts';
import { recordRun } from './month/record-run.ts';
import { checkRestore } from './month/restored-set.ts';
import { CHECKPOINT_LAG, type Scene } from './month/scene.ts';
import { takeBackup } from './month/take-backup.ts';
import { Tally } from './month/tally.ts';
import { disturbWorld, saveMachine } from './month/world-events.ts';

const DAYS = Number(process.env['ADCS_BACKUP_TEST_DAYS'] ?? 10);
const SEED = Number(process.env['ADCS_BACKUP_TEST_SEED'] ?? randomInt(2 ** 31));

const RUNS_A_DAY = 5;
const DAYS_BETWEEN_CHECKS = 7;
/** A run after which everything is in order again: at most so many are needed. */
const MOST_RECOVERIES = 2;
const MOST_SHOWN = 12;

async function newScene(random: Random): Promise<Scene> {
  const databaseBytes = random.one([256, 512, 1024]) * 1024;
  const place = await newPlace({ databaseBytes, logCount: CHECKPOINT_LAG, checkpointLag: CHECKPOINT_LAG });
  await place.ca.recordDigests(true);
  return {
    place,
    sink: await openDiskSink(place.sink),
    random,
    archive: new LogArchive(place.ca.logFolder),
    tally: new Tally(),
    sets: new Map(),
    diary: [],
    isSettled: false,
    isForked: false,
    saved: undefined,
  };
}

async function backUp(scene: Scene, plan: RunPlan): Promise<ObservedRun> {
  const run = await takeBackup(scene, plan);
  const { type, truncates, isBusy, disturbance } = plan;
  const what = [type, ...(truncates ? ['truncating'] : []), ...(isBusy ? ['busy'] : [])].join(' ');
  const sets = run.sealed.map(({ set }) => `${set.manifest.label} ${set.manifest.sound ? 'sound' : 'suspect'}`);
  const faults = JSON.stringify([disturbance?.faults, disturbance?.sinkQuery, disturbance?.stop]);
  const done = disturbance === undefined ? '' : `, ${disturbance.kind} ${faults}`;
  scene.diary.push(
    `  ${what}${done}: ${run.exitCode}; ${sets.join(' ')}`,
    run.stderr.trimEnd().replaceAll(/^/gm, '    '),
  );
  await checkRun(scene, run);
  recordRun(scene, run);
  return run;
}

/** `auto` gets the CA back to a sound set. */
async function recover(scene: Scene): Promise<void> {
  for (let count = 1; count <= MOST_RECOVERIES; count++) {
    const run = await backUp(scene, { type: 'auto', truncates: true, isBusy: false, disturbance: undefined });
    if (run.sealed[0]?.set.manifest.sound !== true) continue;
    scene.tally.count(scene.tally.recoveries, String(count));
    return;
  }
  throw new Error(`${MOST_RECOVERIES} runs of auto made no sound set`);
}

function planOf({ random }: Scene, slot: number): Omit<RunPlan, 'disturbance'> {
  const isBusy = random.happens(0.35);
  if (slot === 0) return { type: 'full', truncates: random.happens(0.95), isBusy };
  const type = random.happens(0.75) ? 'auto' : 'logs-only';
  return { type, truncates: random.happens(0.85), isBusy };
}

async function liveSlot(scene: Scene, slot: number): Promise<void> {
  const { random, place } = scene;
  if (scene.sets.size > 0 && random.happens(0.15)) await disturbWorld(scene);
  await issue(place.ca, random, random.integer(0, 2));
  if (random.happens(0.2)) await saveMachine(scene);
  const plan = planOf(scene, slot);
  const disturbance = random.happens(0.4) ? await chooseDisturbance(scene, plan) : undefined;
  const run = await backUp(scene, { ...plan, disturbance });
  if (run.exitCode !== 0) await recover(scene);
}

async function checkSetsSince(scene: Scene, checked: Set<string>): Promise<void> {
  for (const entry of await listSets(scene.sink)) {
    if (checked.has(entry.label.text)) continue;
    scene.diary.push(`  restoring ${entry.label.text}`);
    await checkRestore(scene, entry);
    checked.add(entry.label.text);
  }
}

/** What `show` says is what the restores were held to; and the command finds all sets intact. */
async function checkByCommand({ sink, place, random, sets, tally }: Scene): Promise<void> {
  const entries = await listSets(sink);
  const suspect = entries.filter(({ label }) => sets.get(label.text)?.manifest.sound !== true);
  const some = Array.from({ length: MOST_SHOWN / 2 }, () => random.one(entries));
  for (const entry of new Set([...suspect.slice(-MOST_SHOWN / 2), ...some])) {
    const shown = await cli(['show', place.sink, entry.label.text, '--json']);
    const verdict: unknown = JSON.parse(JSON.stringify(verdictOf(await composeStored(sink, entry))));
    expect(jsonLines(shown.stdout).find(({ type }) => type === 'set-shown')).toMatchObject({ verdict });
    tally.count(tally.checks, 'shown');
  }
  const verified = await cli(['verify', place.sink, '--read-data', '--json']);
  expect({ exitCode: verified.exitCode, stderr: verified.stderr }).toMatchObject({ exitCode: 0 });
  const intact = jsonLines(verified.stdout).filter(({ type, intact }) => type === 'set-verified' && intact === true);
  expect(intact).toHaveLength(entries.length);
}

async function liveMonth(scene: Scene): Promise<void> {
  const checked = new Set<string>();
  await saveMachine(scene);
  for (let day = 1; day <= DAYS; day++) {
    scene.diary.push(`day ${day}`);
    for (let slot = 0; slot < RUNS_A_DAY; slot++) await liveSlot(scene, slot);
    if (day % DAYS_BETWEEN_CHECKS === 0) await checkSetsSince(scene, checked);
  }
  scene.diary.push('all sets');
  await checkSetsSince(scene, new Set());
  await checkByCommand(scene);
}

test(`${DAYS} days of backups, accidents and restores: nothing is lost, and every sound set comes back`, async () => {
  console.log(`seed ${SEED}: repeat with ADCS_BACKUP_TEST_SEED=${SEED}`);
  const begun = performance.now();
  const scene = await newScene(new Random(SEED));
  try {
    await liveMonth(scene);
  } catch (error) {
    console.log(scene.diary.slice(-60).join('\n'));
    throw error;
  } finally {
    console.log(scene.tally.table());
    console.log(`seed ${SEED}, ${DAYS} days: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  }
  expect(scene.tally.sets.get('sound full') ?? 0).toBeGreaterThanOrEqual(DAYS / 2);
}, 3_600_000);
