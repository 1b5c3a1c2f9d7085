import { copyRecords, copySignatures } from '../copy/copy-set.ts';
import { copySets } from '../copy/copy-sets.ts';
import { AdcsBackupError } from '../errors.ts';
import type { MemberListing, SinkGroup } from '../group/sink-group.ts';
import type { SinkMember } from '../group/sink-member.ts';
import { listSets } from '../store/catalogue.ts';
import { chainDataPrefix, chainSetsPrefix, isMapKey, manifestKey } from '../store/layout.ts';
import type { Manifest, ObjectRecord } from '../store/manifest.ts';
import type { SetWriter } from '../store/set-writer.ts';
import type { BackupIo } from './io.ts';

/** What was found in the sinks before a set is sealed. */
export interface Presence {
  /** The sinks that have all that the set refers to: at least one. */
  readonly complete: SinkGroup;
  /** Objects of earlier sets that a restore would need, and no sink has. */
  readonly lost: readonly ObjectRecord[];
}

/** How a sink stands. */
interface Standing extends MemberListing {
  readonly missing: readonly ObjectRecord[];
  readonly lacksManifest: boolean;
}

/**
 * Looks in every sink for every object that the set refers to, its own and those of `needs`, the earlier sets
 * that its restore needs.
 * @throws `integrity-failed` when an object of the set is in none of them
 */
export async function lookForObjects(set: SetWriter, needs: readonly Manifest[], io: BackupIo): Promise<Presence> {
  const { group } = io.sinks;
  const { signal } = io.options;
  const lacking = await lackingManifests(set, needs, io);
  // The last look: whoever fails in it is in none of the lists.
  const listings = await group.listEach(chainDataPrefix(set.place), { signal });
  const isLost = (record: ObjectRecord): boolean => listings.every((listing) => lacks(listing, record));
  const goneForGood = set.objects.find(isLost);
  if (goneForGood !== undefined) throw gone(goneForGood, listings, io);
  const earlier = needs.flatMap(({ maps, packs }) => [...maps, ...packs]);
  const wanted = new Map([...set.objects, ...earlier].map((record) => [record.key, record]));
  const lost = earlier.filter(isLost);
  for (const { key } of lost) wanted.delete(key);
  const standings = listings.map((listing): Standing => {
    const missing = [...wanted.values()].filter((record) => lacks(listing, record));
    return { ...listing, missing, lacksManifest: lacking.has(listing.member) };
  });
  const complete = standings.filter(isComplete).map(({ member }) => member);
  for (const { member, missing } of standings.filter((standing) => !isComplete(standing))) {
    io.log.observe({ type: 'sink-behind', location: member.location, objects: missing.length });
  }
  if (complete.length === 0) complete.push(await completed(standings, { set, needs }, io));
  return { complete: group.only(complete), lost };
}

function isComplete({ missing, lacksManifest }: Standing): boolean {
  return missing.length === 0 && !lacksManifest;
}

function lacks({ objects }: MemberListing, { key, sizeBytes }: ObjectRecord): boolean {
  return objects.get(key)?.sizeBytes !== sizeBytes;
}

/** Sinks without the manifest of a set in `needs` that another sink has. */
async function lackingManifests(
  set: SetWriter,
  needs: readonly Manifest[],
  io: BackupIo,
): Promise<ReadonlySet<SinkMember>> {
  const { group } = io.sinks;
  if (needs.length === 0 || group.live.length === 1) return new Set();
  const keys = needs.map(({ label: text }) => manifestKey({ ...set.place, label: { text } }));
  const listings = await group.listEach(chainSetsPrefix(set.place), { signal: io.options.signal });
  const kept = keys.filter((key) => listings.some(({ objects }) => objects.has(key)));
  return new Set(listings.filter(({ objects }) => kept.some((key) => !objects.has(key))).map(({ member }) => member));
}

/** What a sink must have. */
interface Wanted {
  readonly set: SetWriter;
  readonly needs: readonly Manifest[];
}

/** Each sink lacks something that another has: one of them gets it now, or nothing could be sealed. */
async function completed(standings: readonly Standing[], wanted: Wanted, io: BackupIo): Promise<SinkMember> {
  let failure: unknown;
  for (const standing of [...standings].sort((a, b) => a.missing.length - b.missing.length)) {
    try {
      await complete(standing, wanted, io);
      return standing.member;
    } catch (error) {
      io.options.signal?.throwIfAborted();
      failure ??= error;
    }
  }
  throw failure;
}

async function complete({ member, objects, missing }: Standing, { set, needs }: Wanted, io: BackupIo): Promise<void> {
  const { group } = io.sinks;
  const { signal, trusted } = io.options;
  const { caId, label } = set.place;
  const from = group.only(group.live.filter((other) => other !== member));
  const to = group.only([member]);
  const records = { label: label.text, maps: [], packs: missing };
  const present = new Map([...objects].map(([key, { sizeBytes }]) => [key, sizeBytes]));
  const signed = missing.map(({ key }) => key).filter(isMapKey);
  await copySignatures({ from, to, present }, signed, { signal });
  await copyRecords({ from, to, present }, records, { signal });
  const needed = new Set(needs.map((manifest) => manifest.label));
  const entries = (await listSets(from, { caId, signal })).filter((entry) => needed.has(entry.label.text));
  for (const result of await copySets({ from, to, entries }, { signal, trusted, skipSealed: true })) {
    if (result.at === 'failed') throw result.error;
  }
}

function gone(record: ObjectRecord, listings: readonly MemberListing[], { sinks }: BackupIo): unknown {
  if (sinks.lossError !== undefined) return sinks.lossError;
  const found = listings[0]?.objects.get(record.key)?.sizeBytes;
  const what = found === undefined ? 'is not there' : `has ${found} bytes instead of ${record.sizeBytes}`;
  return new AdcsBackupError('integrity-failed', `${record.key} was stored, but now it ${what}`, {
    hint: 'Something deletes or alters objects in the sink. The set was not sealed; find the cause, then run again.',
  });
}
