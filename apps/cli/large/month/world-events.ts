import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeCheckpointPosition } from '@adcs-backup/ese';
import { stateDigest } from '@adcs-backup/standin';
import { expect } from 'vitest';
import { cli } from '../../test/run-cli.ts';
import { issue } from './process.ts';
import { restoredLogs } from './restored-set.ts';
import { newPath, type RecordedSet, type Scene } from './scene.ts';

/** What happens to a CA between two backups. */
const events = {
  'full by another tool': async ({ place }: Scene) => {
    await place.ca.backUpWithAnotherTool({ type: 'full', truncate: true });
  },
  'copy by another tool': async ({ place }: Scene) => {
    await place.ca.backUpWithAnotherTool({ type: 'full', truncate: false });
  },
  'logs by another tool': async ({ place, isSettled }: Scene) => {
    // Otherwise its engine would refuse.
    const type = isSettled ? 'logs-only' : 'full';
    await place.ca.backUpWithAnotherTool({ type, truncate: true });
  },
  'full by VSS': async ({ place, random }: Scene) => {
    await place.ca.takeSnapshot({ truncate: random.happens(0.5) });
  },
  'log deleted by hand': deleteLog,
  'machine reverted': revert,
  'set restored': restoreSet,
} as const;

/** Each as often as it stands here. */
const kinds: readonly (keyof typeof events)[] = [
  ...(['machine reverted', 'machine reverted', 'machine reverted', 'set restored', 'set restored'] as const),
  ...(['full by another tool', 'full by another tool', 'copy by another tool', 'logs by another tool'] as const),
  ...(['full by VSS', 'log deleted by hand'] as const),
];

/** Something happens to the CA. */
export async function disturbWorld(scene: Scene): Promise<void> {
  const kind = scene.random.one(kinds);
  scene.diary.push(`  ${kind}`);
  // Often so much that another tool can delete what no set has yet.
  await issue(scene.place.ca, scene.random, scene.random.integer(0, 6));
  await scene.archive.look();
  await events[kind](scene);
  scene.isSettled = false;
  scene.tally.count(scene.tally.events, kind);
}

/** A state of the machine is saved, as of all machines now and then. */
export async function saveMachine(scene: Scene): Promise<void> {
  const { place, archive, saved } = scene;
  if (saved !== undefined) await rm(saved.folder, { recursive: true });
  const folder = newPath(scene, 'saved');
  await archive.look();
  await place.ca.saveState(folder);
  scene.saved = { folder, logs: archive.copy() };
}

async function revert(scene: Scene): Promise<void> {
  const { place, archive, saved } = scene;
  if (saved === undefined) throw new Error('no state of the machine was ever saved');
  await place.ca.revertTo(saved.folder);
  archive.returnTo(saved.logs);
  await goElsewhere(scene);
}

/** Logs with numbers that others had: sometimes more of them than before, so that numbers alone don't tell. */
async function goElsewhere(scene: Scene): Promise<void> {
  scene.isForked = true;
  const { random, place } = scene;
  if (random.happens(0.6)) await issue(place.ca, random, random.integer(1, 12));
}

/** One that the engine needs no more. */
async function deleteLog({ place, archive, random }: Scene): Promise<void> {
  const checkpoint = decodeCheckpointPosition(await readFile(join(place.ca.logFolder, 'edb.chk'))).generation;
  const unneeded = (await archive.look()).filter((generation) => generation < checkpoint);
  if (unneeded.length > 0) await place.ca.removeLog(random.one(unneeded));
}

/** What our restore writes goes back into the CA, which then is as it was when the set was made. */
async function restoreSet(scene: Scene): Promise<void> {
  const { place, sets, random, archive } = scene;
  const sound = [...sets.values()].filter(({ manifest }) => manifest.sound);
  const set = random.one<RecordedSet>(sound.slice(-6));
  const to = newPath(scene, 'restored');
  const { label } = set.manifest;
  expect(await cli(['restore', place.sink, label, '--to', to])).toMatchObject({ exitCode: 0 });
  const logs = await restoredLogs(join(to, 'DataBase'));
  await place.ca.restoreFrom(join(to, 'DataBase'));
  expect({ label, state: await stateDigest(place.ca) }).toEqual({ label, state: set.state });
  const highest = Math.max(...logs.keys());
  archive.returnTo(new Map([...set.logs].filter(([generation]) => generation <= highest)));
  await rm(to, { recursive: true });
  await goElsewhere(scene);
}
