import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createCa, type StandinCa } from '@adcs-backup/standin';
import { bytesInBucket, type S3Access } from '@adcs-backup/test-servers';
import { copyCa } from './ca-state.ts';
import type { Run } from './figures.ts';
import { warm } from './folder.ts';
import { emptyPlace, type Place } from './place.ts';
import { inTurn } from './rounds.ts';
import { handOut } from './source.ts';
import { FIRST_FULL, MAIN_PERCENT, secondFull } from './tasks.ts';
import type { Source, Tool } from './tool.ts';
import { seconds } from './words.ts';

export interface S3Setting {
  /** An empty folder. */
  readonly folder: string;
  readonly databaseBytes: number;
  readonly rounds: number;
  readonly tools: readonly Tool[];
  readonly access: S3Access;
  readonly bucket: string;
  readonly say: (text: string) => void;
}

const PAGE_BYTES = 4096;

/** In each round: a full into nothing, a change of the CA, a full on top; the tools by turns. */
export async function tellS3Story(setting: S3Setting): Promise<readonly Run[]> {
  const { folder, rounds, tools } = setting;
  const runs: Run[] = [];
  const ca = await createCa(join(folder, 'ca'), { databaseBytes: setting.databaseBytes });
  const fresh = join(folder, 'ca-fresh');
  await copyCa(ca.folder, fresh);
  // Files for the tool that reads files: as Certadm hands them out before and after the change.
  const local = await emptyPlace(join(folder, 'local'));
  const first = await handOut(ca, local, join(folder, 'first'));
  await change(ca, setting);
  const second = await handOut(ca, local, join(folder, 'second'));
  for (let round = 1; round <= rounds; round += 1) {
    await copyCa(fresh, ca.folder);
    const order = inTurn(tools, round);
    const places = new Map<Tool, Place>();
    for (const tool of order) places.set(tool, await newPlace(tool, round, setting));
    const measured = { ...setting, ca, places, order, round, runs };
    await measureAll({ ...measured, task: FIRST_FULL, source: first });
    await change(ca, setting);
    await measureAll({ ...measured, task: secondFull(MAIN_PERCENT), source: second });
    if (round === rounds) for (const [tool, place] of places) await tool.verify(place);
  }
  return runs;
}

async function change(ca: StandinCa, { databaseBytes }: S3Setting): Promise<void> {
  const pages = Math.round((databaseBytes / PAGE_BYTES) * (MAIN_PERCENT / 100));
  await ca.issueCertificates({ changedPages: Math.ceil(pages / 2), appendedPages: Math.floor(pages / 2) });
}

async function newPlace(tool: Tool, round: number, { folder, access, bucket }: S3Setting): Promise<Place> {
  const prefix = prefixOf(tool, round);
  const ours = `s3://${bucket}/${prefix}?region=${access.region}&endpoint=${access.endpoint}&force-path-style=true`;
  const repository = tool.name === 'adcs-backup' ? ours : `s3:${access.endpoint}/${bucket}/${prefix}`;
  const own = join(folder, 'tools', prefix);
  const place = { folder: own, repository, cache: join(own, 'cache') };
  await mkdir(place.cache, { recursive: true });
  await tool.create(place);
  return place;
}

function prefixOf({ name }: Tool, round: number): string {
  return `${name}-${round}`;
}

interface Measuring extends S3Setting {
  readonly ca: StandinCa;
  readonly places: ReadonlyMap<Tool, Place>;
  readonly order: readonly Tool[];
  readonly round: number;
  readonly runs: Run[];
  readonly task: string;
  readonly source: Source;
}

async function measureAll({
  ca,
  places,
  order,
  round,
  runs,
  task,
  source,
  access,
  bucket,
  say,
}: Measuring): Promise<void> {
  for (const tool of order) {
    const place = places.get(tool);
    if (place === undefined) throw new Error(`${tool.name} has no place`);
    for (const read of [ca.folder, source.handedOut]) await warm(read);
    const prefix = `${prefixOf(tool, round)}/`;
    const before = await bytesInBucket(access, bucket, prefix);
    const { wallSeconds, cpuSeconds, peakBytes } = await tool.backup(place, source);
    const storedBytes = (await bytesInBucket(access, bucket, prefix)) - before;
    runs.push({ task, tool: tool.name, round, wallSeconds, cpuSeconds, peakBytes, storedBytes });
    const stored = `${(storedBytes / 2 ** 20).toFixed(1)} MiB stored`;
    say(`${task.padEnd(28)} round ${round}  ${tool.name.padEnd(11)} ${seconds(wallSeconds).padStart(6)} s, ${stored}`);
  }
}
