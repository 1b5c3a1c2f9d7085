import {
  chooseCa,
  findSet,
  listSets,
  type SetEntry,
  type SetVerdict,
  type VerifyEvent,
  verifySet,
} from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import type { ReadingKeyFlags } from '../keys/key-flags.ts';
import { type ReadingKeys, readingKeys } from '../keys/reading-keys.ts';
import type { Run } from '../run.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';
import { builtOn } from './built-on.ts';
import { rememberFresh } from './freshness.ts';
import { skipped } from './set-address.ts';
import { type FoundSignature, signatureOf } from './signature-state.ts';
import { closingText, damageError, setText } from './verify-text.ts';

export interface VerifyFlags extends SinkFlags, ReadingKeyFlags {
  readonly ca?: string | undefined;
  /** Percentage. */
  readonly readData?: number | true | undefined;
  readonly ese?: boolean | undefined;
  /** File that remembers the newest set seen. */
  readonly trust?: string | undefined;
}

export interface SetsAddress {
  readonly sink: string;
  readonly label: string | undefined;
}

/**
 * Checks one set and those that it builds on, or all; first of all, with a trust file, that the sink was not set back.
 * @throws `rolled-back`; `integrity-failed` or `signature-invalid` when one is damaged, after all have been checked
 */
export async function verify(run: Run, { sink: where, label }: SetsAddress, flags: VerifyFlags): Promise<'done'> {
  const keys = await readingKeys(flags);
  return await withSink<'done'>({ run, where, flags }, async (sink) => {
    const { ca, trust } = flags;
    const seen = trust === undefined ? undefined : await rememberFresh(run, { sink, keys, ca, trust });
    const entries = await chosen(run, sink, { label, ca, keys });
    const verdicts = await verdictsOf(run, { sink, entries, keys }, flags);
    const isSigned = entries.some(({ hasSignature }) => hasSignature);
    const lines = closingText({ isUnchecked: isSigned && keys.trusted === undefined, seen });
    if (lines.length > 0) run.output.text(lines);
    if (verdicts.some(({ intact }) => !intact)) throw damageError(verdicts);
    return 'done';
  });
}

interface Choice {
  readonly label: string | undefined;
  readonly ca: string | undefined;
  readonly keys: ReadingKeys;
}

async function chosen(run: Run, sink: BackupSink, { label, ca, keys }: Choice): Promise<readonly SetEntry[]> {
  const { signal } = run;
  if (label !== undefined) {
    const entry = await findSet(sink, { label, ca, signal, trusted: keys.trusted, onSkipped: skipped(run) });
    return builtOn(entry, await listSets(sink, { caId: entry.caId, signal }));
  }
  const all = await listSets(sink, { signal });
  return ca === undefined && all.length > 0 ? all : chooseCa(all, sink.location, ca);
}

interface Verifying {
  readonly sink: BackupSink;
  readonly entries: readonly SetEntry[];
  readonly keys: ReadingKeys;
}

/** Each is told as soon as it is there. */
async function verdictsOf(run: Run, { sink, entries, keys }: Verifying, flags: VerifyFlags): Promise<SetVerdict[]> {
  const readData = flags.readData === true ? 100 : (flags.readData ?? 0);
  const verdicts: SetVerdict[] = [];
  for (const entry of entries) {
    const observe = (event: VerifyEvent): void => tellProgress(run, event);
    const options = { readData, ese: flags.ese === true, ...keys, earlier: verdicts, signal: run.signal, observe };
    const verdict = await verifySet(sink, entry, options);
    tell(run, verdict, signatureFound(entry, verdict, keys));
    verdicts.push(verdict);
  }
  return verdicts;
}

function signatureFound(entry: SetEntry, { signature }: SetVerdict, { trusted }: ReadingKeys): FoundSignature {
  if (signature === 'invalid') return { signature, signedBy: undefined };
  return signatureOf(entry, signature === 'verified' ? trusted : undefined);
}

function tellProgress({ output }: Run, event: VerifyEvent): void {
  const { label: what, doneBytes, totalBytes } = event;
  output.line({ ...event });
  output.progress({ what, doneBytes, totalBytes });
}

function tell({ output }: Run, found: SetVerdict, signature: FoundSignature): void {
  for (const finding of found.findings) output.line({ type: 'finding', label: found.label, ...finding });
  output.line({ type: 'set-verified', ...found, ...signature, findings: found.findings.length });
  output.text(setText(found, signature, output.style));
}
