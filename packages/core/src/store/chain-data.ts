import type { BackupSink, StoredObject } from '../sink/backup-sink.ts';
import type { SetEntry } from './catalogue.ts';
import { type Label, parseLabel } from './label.ts';
import { type LabelOptions, lastLabel } from './last-label.ts';
import { chainDataPrefix } from './layout.ts';
import type { ObjectRecord } from './manifest.ts';

/** How far back a run that was interrupted is looked for. */
const INTERRUPTED_DAYS = 3;
const DAY_MS = 24 * 3600_000;

/** A run that put its begin and never sealed a set. */
export interface InterruptedRun {
  readonly chain: string;
  readonly label: Label;
  /** By the sink's clock. */
  readonly begunAt: Date;
  /** Its maps in order, without a gap. */
  readonly maps: readonly StoredObject[];
}

/** What a CA's newest chains hold besides manifests. */
export interface ChainData {
  /** By key. */
  readonly objects: ReadonlyMap<string, StoredObject>;
  /** Oldest first. */
  readonly interrupted: readonly InterruptedRun[];
  /** The next label comes after it. */
  readonly lastLabel: Label | undefined;
}

export interface ChainDataOptions extends LabelOptions {
  readonly caId: string;
  /** Sealed sets of the CA that count, oldest first. */
  readonly sets: readonly SetEntry[];
  /** Its other sets: nobody vouches for them. */
  readonly others: readonly SetEntry[];
}

/** Lists the chain of the newest set, and chains that began in the last days: an interrupted run may lie in either. */
export async function listChainData(sink: BackupSink, options: ChainDataOptions): Promise<ChainData> {
  const objects = new Map<string, StoredObject>();
  for (const prefix of prefixes(options)) {
    for await (const object of sink.list(prefix, { signal: options.signal })) objects.set(object.key, object);
  }
  const sealed = new Set(options.sets.map(({ label }) => label.text));
  const begun = [...objects.values()].flatMap((object) => begunRun(object, objects));
  return {
    objects,
    interrupted: begun
      .filter(({ label }) => !sealed.has(label.text))
      .sort((a, b) => (a.label.text < b.label.text ? -1 : 1)),
    lastLabel: await lastLabel(sink, { ...options, begun }, options),
  };
}

/** Whether the object is there with the size that it should have. */
export function isPresentIn(data: ChainData): (record: ObjectRecord) => boolean {
  return ({ key, sizeBytes }) => data.objects.get(key)?.sizeBytes === sizeBytes;
}

function prefixes({ caId, sets, now }: ChainDataOptions): ReadonlySet<string> {
  const newest = sets.at(-1);
  const days = Array.from({ length: INTERRUPTED_DAYS + 1 }, (_, days) => new Date(now.getTime() - days * DAY_MS));
  const recent = days.map((day) => `data/${caId}/${day.toISOString().slice(0, 10).replaceAll('-', '')}`);
  if (newest === undefined || recent.some((prefix) => chainDataPrefix(newest).startsWith(prefix)))
    return new Set(recent);
  return new Set([...recent, chainDataPrefix(newest)]);
}

/** The run that put this begin, if it is one. */
function begunRun(object: StoredObject, objects: ReadonlyMap<string, StoredObject>): InterruptedRun[] {
  const [, chain, text] = /^data\/[^/]+\/([^/]+)\/([^/]+)\/begin\.json$/.exec(object.key) ?? [];
  const label = text === undefined ? undefined : parseLabel(text);
  if (chain === undefined || label === undefined) return [];
  const maps: StoredObject[] = [];
  for (;;) {
    const key = object.key.replace(/begin\.json$/, `map-${String(maps.length + 1).padStart(5, '0')}`);
    const map = objects.get(key);
    if (map === undefined) return [{ chain, label, begunAt: object.modifiedAt, maps }];
    maps.push(map);
  }
}
