import { copySets } from '../copy/copy-sets.ts';
import { messageOf } from '../errors.ts';
import type { SinkMember } from '../group/sink-member.ts';
import { listSets } from '../store/catalogue.ts';
import type { Manifest } from '../store/manifest.ts';
import type { BackupIo } from './io.ts';

/** Sinks that have not got the run's set in the end, and why. */
export type Behind = ReadonlyMap<SinkMember, unknown>;

/**
 * Gives each sink what it lacks of the run's chain, from the others: it was down in an earlier run, or is new.
 * The session has ended, so no CA waits. A sink that can't be given all stays behind, with a warning.
 */
export async function catchUp(manifest: Manifest, io: BackupIo): Promise<Behind> {
  const behind = new Map<SinkMember, unknown>();
  for (const member of io.sinks.group.live) {
    try {
      await bringUp(member, manifest, io);
    } catch (error) {
      io.options.signal?.throwIfAborted();
      behind.set(member, error);
      io.log.warn({
        code: 'sink-behind',
        message: `${member.location} has not got the set ${manifest.label}: ${messageOf(error)}`,
        hint: 'The next run with this sink gives it what it lacks, and so does "adcs-backup copy".',
      });
    }
  }
  return behind;
}

async function bringUp(member: SinkMember, { ca, chain }: Manifest, io: BackupIo): Promise<void> {
  const { group } = io.sinks;
  const { signal } = io.options;
  const from = group.only(group.live.filter((other) => other !== member));
  const sets = await listSets(from, { caId: ca.id, signal });
  const entries = sets.filter((entry) => entry.chain === chain);
  const { location } = member;
  const results = await copySets(
    { from, to: group.only([member]), entries },
    { signal, skipSealed: true, observe: (event) => io.log.observe({ ...event, location }) },
  );
  for (const result of results) if (result.at === 'failed') throw result.error;
}
