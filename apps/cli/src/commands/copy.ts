import {
  AdcsBackupError,
  type CopyEvent,
  chooseCa,
  copySets,
  findSet,
  listSets,
  type SetCopyResult,
  withoutHoles,
} from '@adcs-backup/core';
import { type BackupSink, type ChainLock, DEFAULT_CHAIN_MAX_AGE_MS } from '@adcs-backup/core/sink';
import type { ReadingKeyFlags } from '../keys/key-flags.ts';
import { type ReadingKeys, readingKeys } from '../keys/reading-keys.ts';
import { count, duration, shortSize } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import type { Run } from '../run.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';
import { pasted, skipped } from './set-address.ts';

export interface CopyFlags extends SinkFlags, Pick<ReadingKeyFlags, 'signedBy'> {
  /** Milliseconds. */
  readonly lockFor?: number | undefined;
  /** Milliseconds. */
  readonly chainMaxAge?: number | undefined;
  readonly ca?: string | undefined;
}

/** As typed. */
export interface CopyAddress {
  readonly from: string;
  readonly to: string;
  readonly label: string | undefined;
}

/**
 * Copies what one sink lacks of another's sets.
 * @throws `integrity-failed` when a set could not be copied, after all the others were
 */
export async function copy(run: Run, address: CopyAddress, flags: CopyFlags): Promise<'done'> {
  const { from: where, to } = address;
  if (where === to) throw new AdcsBackupError('invalid-usage', `both sinks are ${to}`, { hint: 'Name two of them.' });
  const keys = await readingKeys({ signedBy: flags.signedBy });
  return await withSink({ run, where, flags }, (from) =>
    withSink({ run, where: to, flags, lock: lockOf(flags) }, (target) =>
      copyBetween(run, { from, to: target, address, keys }, flags),
    ),
  );
}

function lockOf({ lockFor, chainMaxAge = DEFAULT_CHAIN_MAX_AGE_MS }: CopyFlags): ChainLock | undefined {
  return lockFor === undefined ? undefined : { chainMaxAgeMs: chainMaxAge, lockForMs: lockFor };
}

interface Copying {
  readonly from: BackupSink;
  readonly to: BackupSink;
  readonly address: CopyAddress;
  readonly keys: ReadingKeys;
}

async function copyBetween(run: Run, copying: Copying, { ca }: CopyFlags): Promise<'done'> {
  const { from, to, address, keys } = copying;
  const beganAt = performance.now();
  const { trusted } = keys;
  const entries = await chosen(run, copying, ca);
  const observe = (event: CopyEvent): void => tell(run, to.location, event);
  const results = await copySets({ from, to, entries }, { signal: run.signal, trusted, observe });
  const failed = results.filter((result) => result.at === 'failed');
  for (const { entry, error } of failed) {
    const { code, message } = error;
    run.output.line({ type: 'set-not-copied', label: entry.label.text, code, message });
    run.output.note(`${entry.label.text} was not copied: ${message}`);
  }
  const total = totalOf(results);
  const elapsedMs = Math.round(performance.now() - beganAt);
  run.output.line({ type: 'copy-ended', from: from.location, to: to.location, ...total, elapsedMs });
  if (failed[0] !== undefined) throw notAllCopied(failed.length, entries.length, failed[0].error);
  run.output.text([
    printable(
      `${to.location} has ${address.label === undefined ? 'all' : 'the'} ${count(entries.length, 'set')} of ${from.location}.`,
    ),
    `${count(total.copied, 'set')} copied: ${count(total.objects, 'object')}, ${shortSize(total.bytes)} in ${duration(elapsedMs)}; the rest was there.`,
    '',
    'Next:',
    printable(`  adcs-backup verify ${pasted(address.to)} --read-data`),
  ]);
  return 'done';
}

/** Of one set, also those before it of its chain: a hole between them would look as if somebody had deleted one. */
async function chosen(run: Run, { from, to, address, keys }: Copying, ca: string | undefined) {
  const { signal } = run;
  const { label } = address;
  if (label === undefined) {
    const all = await listSets(from, { signal });
    return ca === undefined && all.length > 0 ? all : chooseCa(all, from.location, ca);
  }
  const { trusted } = keys;
  const entry = await findSet(from, { label, ca, signal, trusted, onSkipped: skipped(run) });
  const { caId } = entry;
  return withoutHoles(entry, await listSets(from, { caId, signal }), await listSets(to, { caId, signal }));
}

function tell({ output }: Run, location: string, event: CopyEvent): void {
  output.line({ ...event, location });
  if (event.type === 'copy-progress') output.progress({ what: event.label, ...event });
  else output.note(`${event.label}: ${count(event.objects, 'object')}, ${shortSize(event.bytes)} copied`);
}

function totalOf(results: readonly SetCopyResult[]) {
  const copied = results.filter((result) => result.at === 'copied');
  return {
    sets: results.length,
    copied: copied.filter(({ objects }) => objects > 0).length,
    failed: results.length - copied.length,
    objects: copied.reduce((sum, { objects }) => sum + objects, 0),
    bytes: copied.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function notAllCopied(failed: number, all: number, first: AdcsBackupError): AdcsBackupError {
  return new AdcsBackupError(
    'integrity-failed',
    `${failed} of ${count(all, 'set')} not copied, first: ${first.message}`,
    {
      cause: first,
      hint: 'What could be copied is there. "adcs-backup verify" says what is wrong with the others where they came from.',
    },
  );
}
