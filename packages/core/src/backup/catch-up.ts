import { copySets } from '../copy/copy-sets.ts';
import { withoutHoles } from '../copy/without-holes.ts';
import { messageOf } from '../errors.ts';
import type { SinkGroup } from '../group/sink-group.ts';
import type { SinkMember } from '../group/sink-member.ts';
import { listSets } from '../store/catalogue.ts';
import type { Manifest } from '../store/manifest.ts';
import type { BackupIo } from './io.ts';

/** Sinks that have not got the run's set in the end, and why. */
export type Behind = ReadonlyMap<SinkMember, unknown>;

/** A set, and the sinks in which it was sealed. */
interface SealedIn {
  readonly manifest: Manifest;
  readonly copies: SinkGroup;
}

/**
 * Gives each sink what it lacks of the run's chain, and what it began to hold of the one before, from the others: it was
 * down in an earlier run, or is new.
 * The session has ended, so no CA waits. What a sink can't be given is a warning; one without the run's set
 * stays behind.
 */
export async function catchUp({ manifest, copies }: SealedIn, io: BackupIo): Promise<Behind> {
  const behind = new Map<SinkMember, unknown>();
  const holders = copies.live;
  for (const member of io.sinks.group.live) {
    const order = { member, manifest, holdsSet: holders.includes(member) };
    for (const { what, label, error } of await bringUp(order, io)) {
      if (label === manifest.label) behind.set(member, error);
      io.log.warn({
        code: 'sink-behind',
        message: `${member.location} has not got ${what}: ${messageOf(error)}`,
        hint: 'The next run with this sink gives it what it lacks, and so does "adcs-backup copy".',
      });
    }
  }
  return behind;
}

interface BringingUp {
  readonly member: SinkMember;
  readonly manifest: Manifest;
  readonly holdsSet: boolean;
}

/** What the sink still lacks in the end. */
interface Lack {
  readonly what: string;
  /** Of the set, where it is known which. */
  readonly label: string | undefined;
  readonly error: unknown;
}

async function bringUp(order: BringingUp, io: BackupIo): Promise<readonly Lack[]> {
  const { manifest, holdsSet } = order;
  try {
    return await copied(order, io);
  } catch (error) {
    io.options.signal?.throwIfAborted();
    if (holdsSet) return [{ what: 'what it may lack of earlier sets', label: undefined, error }];
    return [{ what: `the set ${manifest.label}`, label: manifest.label, error }];
  }
}

async function copied({ member, manifest }: BringingUp, io: BackupIo): Promise<readonly Lack[]> {
  const { group } = io.sinks;
  const { signal, trusted } = io.options;
  const { location } = member;
  const from = group.only(group.live.filter((other) => other !== member));
  const to = group.only([member]);
  const listing = { caId: manifest.ca.id, signal };
  const all = await listSets(from, listing);
  const counting = trusted === undefined ? all : all.filter(({ hasSignature }) => hasSignature);
  const place = { chain: manifest.chain, label: { text: manifest.label } };
  const entries = withoutHoles(place, counting, await listSets(to, listing));
  const results = await copySets(
    { from, to, entries },
    { signal, trusted, skipSealed: true, observe: (event) => io.log.observe({ ...event, location }) },
  );
  return results.flatMap((result) => {
    if (result.at !== 'failed') return [];
    const label = result.entry.label.text;
    return [{ what: `the set ${label}`, label, error: result.error }];
  });
}
