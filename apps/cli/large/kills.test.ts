import { randomInt } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { newFolder, newPlace, type Place } from '../test/place.ts';
import { cli, jsonLines } from '../test/run-cli.ts';
import { hasManifest, type Moment, moments, runAndKill } from './killed-run.ts';
import { begunLabels, mapCountOf, mappedBlocks } from './stored-objects.ts';

const KILLS = Number(process.env['ADCS_BACKUP_TEST_KILLS'] ?? 15);
const SEED = Number(process.env['ADCS_BACKUP_TEST_SEED'] ?? randomInt(2 ** 31));
/** The later ones verify more sets: a new CA now and then keeps that bounded. */
const KILLS_PER_PLACE = 8;

/** Of these bytes all but the first are zeros: cheap to read, and long enough for two maps before the last. */
const DATABASE_BYTES = 2300 * 1024 ** 2;
const FILLED_BYTES = 8 * 1024 ** 2;

/** Numbers from 0 to below 1, the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Tally {
  kills: number;
  resumed: number;
  sealedBeforeDeath: number;
  begun: number;
  spared: number;
}

interface Scene {
  readonly place: Place;
  /** `backup` with a patience that outlasts the session of a killed process. */
  readonly backup: readonly string[];
  readonly runMs: number;
  /** Labels of the sets that were sealed so far. */
  readonly sets: string[];
}

async function newScene(): Promise<Scene> {
  const place = await newPlace({ databaseBytes: FILLED_BYTES, logCount: 2, checkpointLag: 2 });
  await truncate(place.ca.databasePath, DATABASE_BYTES);
  await place.ca.setFaults({ lingerMs: 100 });
  const elsewhere = ['backup', await newFolder(), '--certadm', place.ca.library];
  // The first one puts the database into the page cache, the second one is as long as those to come.
  expect(await cli(elsewhere)).toMatchObject({ exitCode: 0 });
  const begun = performance.now();
  expect(await cli(elsewhere)).toMatchObject({ exitCode: 0 });
  return { place, backup: [...place.backup, '--wait', '300ms'], runMs: performance.now() - begun, sets: [] };
}

async function listed(sink: string): Promise<readonly string[]> {
  const { exitCode, stdout } = await cli(['list', sink, '--json']);
  expect(exitCode).toBe(0);
  return jsonLines(stdout).flatMap(({ type, label }) => (type === 'set-listed' ? [String(label)] : []));
}

/** The sets are there, nothing else but a set of the killed run is listed, and all that is listed is whole. */
async function expectAllWhole({ place: { sink }, sets }: Scene, killed: string | undefined): Promise<void> {
  const labels = await listed(sink);
  const isSealed = killed !== undefined && (await hasManifest(sink, killed));
  expect(labels).toEqual(isSealed ? [...sets, killed] : sets);
  const { exitCode, stdout } = await cli(['verify', sink, '--read-data', '--json']);
  const verified = jsonLines(stdout).filter(({ type }) => type === 'set-verified');
  expect(verified.map(({ label, intact }) => `${label}: ${intact}`)).toEqual(labels.map((label) => `${label}: true`));
  // Where there is no set, there is nothing to verify.
  expect(exitCode).toBe(labels.length === 0 ? 2 : 0);
  sets.splice(0, sets.length, ...labels);
}

/** The next run succeeds, goes on with the killed one if that has put a map, and stores nothing of it again. */
async function expectNextRun(
  { place, backup, sets }: Scene,
  killed: string | undefined,
): Promise<'resumed' | 'not resumed'> {
  const { exitCode, stdout, stderr } = await cli([...backup, '--json']);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const lines = jsonLines(stdout);
  const resumed = lines.filter(({ type }) => type === 'run-resumed').map(({ label }) => label);
  const isUnfinished = killed !== undefined && !(await hasManifest(place.sink, killed));
  const canBeResumed = isUnfinished && (await mapCountOf(place.sink, killed)) > 0;
  expect(resumed).toEqual(canBeResumed ? [killed] : []);
  const own = String(lines.find(({ type }) => type === 'backup-ended')?.['label']);
  sets.push(own);
  if (killed === undefined) return 'not resumed';
  const before = await mappedBlocks(place.sink, killed);
  const known = new Set(before.filter(({ packKey }) => packKey !== undefined).map(({ identity }) => identity));
  const after = await mappedBlocks(place.sink, own);
  const storedAgain = after.filter(({ identity, packKey }) => known.has(identity) && packKey?.includes(`/${own}/`));
  expect(storedAgain).toEqual([]);
  return canBeResumed ? 'resumed' : 'not resumed';
}

async function killOnce(scene: Scene, moment: Moment, tally: Tally): Promise<void> {
  const { place, backup } = scene;
  await place.ca.issueCertificates({ changedPages: 200, logs: 1 });
  const runs = await begunLabels(place.sink);
  const { exitCode, stderr } = await runAndKill(backup, place.sink, moment);
  // Killed, or done before that.
  expect({ exitCode: exitCode ?? 0, stderr }).toMatchObject({ exitCode: 0 });
  const killed = (await begunLabels(place.sink)).find((label) => !runs.includes(label));
  const wasKilled = exitCode === null;
  if (wasKilled) tally.kills += 1;
  else tally.spared += 1;
  await expectAllWhole(scene, killed);
  if (wasKilled && killed !== undefined && scene.sets.includes(killed)) tally.sealedBeforeDeath += 1;
  if (wasKilled && killed !== undefined) tally.begun += 1;
  if ((await expectNextRun(scene, killed)) === 'resumed') tally.resumed += 1;
}

const title = `a run that is killed harms no set, and the next one goes on from there: ${KILLS} kills`;

test(title, { timeout: KILLS * 40_000 }, async () => {
  console.log(`seed ${SEED}`);
  const random = randomNumbers(SEED);
  const tally: Tally = { kills: 0, resumed: 0, sealedBeforeDeath: 0, begun: 0, spared: 0 };
  let scene = await newScene();
  for (let attempt = 0; tally.kills < KILLS; attempt++) {
    if (attempt > 0 && attempt % KILLS_PER_PLACE === 0) scene = await newScene();
    const named = attempt % 2 === 0 ? moments[(attempt / 2) % moments.length] : undefined;
    const moment = named ?? Math.round(random() * scene.runMs);
    await killOnce(scene, moment, tally);
    expect(tally.spared).toBeLessThan(KILLS);
  }
  const { kills, begun, resumed, sealedBeforeDeath, spared } = tally;
  console.log(
    `${kills} kills: ${begun} after begin, ${sealedBeforeDeath} after sealing, ${resumed} runs were gone on with; ` +
      `${spared} more runs had ended before they could be killed`,
  );
  expect(resumed).toBeGreaterThan(0);
});
