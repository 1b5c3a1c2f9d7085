import { hash } from 'node:crypto';
import type { DatabaseFacts } from '@adcs-backup/ese';
import { generationOf } from '../chain/compose.ts';
import { AdcsBackupError } from '../errors.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { FileRecord, Manifest } from '../store/manifest.ts';
import { decodeManifest } from '../store/manifest-json.ts';
import { readOutcome } from '../store/set-reader.ts';
import { readSigned } from '../store/signed-object.ts';
import { isStoredFault } from '../store/stored-fault.ts';
import { notVerified } from './counting-sets.ts';
import type { BackupIo } from './io.ts';
import { lossOr } from './loss.ts';
import type { SetOutcome } from './options.ts';

/** Where a new set stands in the history of its CA. */
export interface History {
  /** Of the new set. */
  readonly number: number;
  readonly previous: Manifest['previous'];
  /** The newest set's manifest; undefined when there is none, or when it can't be read. */
  readonly newest: Manifest | undefined;
  /** The newest full set of the newest chain, whether it is built on or not. */
  readonly base: Manifest | undefined;
  /** The newest chain's sets from its newest full set on, oldest first; empty when one of them can't be read. */
  readonly sets: readonly Manifest[];
  /** How the newest sets' sessions ended, newest first; undefined where that is not recorded. */
  readonly outcomes: readonly (SetOutcome | undefined)[];
  /** Whether the full set of `sets` truncated logs: then the engine remembers it, and allows logs-only sets. */
  readonly hasTruncated: boolean;
}

/** So many outcomes are looked at. */
const OUTCOMES = 6;

/**
 * Number and link to the newest set, and what came before in its chain. A manifest that can't be read
 * is stepped over with a warning: it must not stop tonight's backup. One of a newer format stops it: an
 * older tool must not go on behind it.
 * @param earlier the CA's sets, oldest first
 * @throws `format-unsupported`
 */
export async function historyOf(earlier: readonly SetEntry[], io: BackupIo): Promise<History> {
  let previous: Manifest['previous'];
  const outcomes = await outcomesOf(earlier.slice(-OUTCOMES).reverse(), io);
  const none = { newest: undefined, base: undefined, sets: [], outcomes, hasTruncated: false };
  for (const [skipped, entry] of [...earlier].reverse().entries()) {
    const bytes = await manifestBytes(entry, io);
    previous ??= { label: entry.label.text, chain: entry.chain, sha256: hash('sha256', bytes, 'hex') };
    const manifest = readable(bytes, entry, io);
    if (manifest === undefined) continue;
    const number = manifest.number + 1 + skipped;
    if (skipped > 0) return { ...none, number, previous };
    const sets = await chainBefore(manifest, earlier.slice(0, -1), io);
    const hasTruncated = await truncatedBy(sets[0], earlier, io);
    return { number, previous, newest: manifest, base: sets[0], sets, outcomes, hasTruncated };
  }
  return { ...none, number: earlier.length + 1, previous };
}

/** Back to the full set. */
async function chainBefore(newest: Manifest, earlier: readonly SetEntry[], io: BackupIo): Promise<Manifest[]> {
  const sets = [newest];
  for (const entry of [...earlier].reverse()) {
    if (sets[0]?.type === 'full' || entry.chain !== newest.chain) break;
    const bytes = await manifestBytes(entry, io).catch((error: unknown) => {
      if (!AdcsBackupError.is(error, 'signature-invalid')) throw error;
      io.log.warn(notVerified(`${entry.label.text} does not count: ${error.message}`));
      return undefined;
    });
    if (bytes === undefined) continue;
    const manifest = readable(bytes, entry, io);
    if (manifest === undefined) return [];
    sets.unshift(manifest);
  }
  return sets[0]?.type === 'full' && (io.options.trusted === undefined || isLinked(sets)) ? sets : [];
}

/** Whether each of them since the full set is there: what doesn't count may have been one. */
function isLinked([full, ...others]: readonly Manifest[]): boolean {
  const labels = new Set([full, ...others].map((set) => set?.label));
  return others.every(({ previous, chain }) => previous?.chain !== chain || labels.has(previous.label));
}

/** As far as a signature must count, it does. */
async function manifestBytes({ manifestKey: key }: SetEntry, { sinks, options }: BackupIo): Promise<Uint8Array> {
  const { signal, trusted } = options;
  const wanted = { key, sizeBytes: undefined, accept: (bytes: Uint8Array): Uint8Array => bytes };
  try {
    return await readSigned(sinks.group, wanted, { signal, trusted });
  } catch (error) {
    throw lossOr(error, { sinks });
  }
}

async function truncatedBy(full: Manifest | undefined, earlier: readonly SetEntry[], io: BackupIo): Promise<boolean> {
  const entry = earlier.find(({ label }) => label.text === full?.label);
  const [outcome] = entry === undefined ? [] : await outcomesOf([entry], io);
  return hasTruncated(outcome);
}

/** Whether the engine took this backup for one, and not for a copy. */
function hasTruncated(outcome: SetOutcome | undefined): boolean {
  const isSpoilt = outcome?.warnings.some(({ code }) => code === 'truncation-failed' || code === 'end-failed');
  return outcome?.truncation !== undefined && isSpoilt === false;
}

async function outcomesOf(entries: readonly SetEntry[], io: BackupIo): Promise<(SetOutcome | undefined)[]> {
  const { signal, trusted } = io.options;
  const outcomes: (SetOutcome | undefined)[] = [];
  for (const entry of entries) {
    outcomes.push(
      await readOutcome(io.sinks.group, entry, { signal, trusted }).catch((error: unknown) => {
        const fault = lossOr(error, io);
        if (!isStoredFault(fault) || fault.code === 'object-not-found') throw fault;
        io.log.warn({ code: 'earlier-outcome-damaged', message: fault.message });
        return undefined;
      }),
    );
  }
  return outcomes;
}

function readable(bytes: Uint8Array, entry: SetEntry, io: BackupIo): Manifest | undefined {
  try {
    return decodeManifest(bytes, entry.manifestKey);
  } catch (error) {
    if (!AdcsBackupError.is(error, 'integrity-failed')) throw error;
    const hint =
      'Check it with "adcs-backup verify"; it cannot be restored as it is. The next full set begins a new chain.';
    io.log.warn({ code: 'earlier-set-damaged', message: error.message, hint });
    return undefined;
  }
}

/** Of the full set that the newest ones build on. */
export function knownDatabase({ sets }: History, name: string): DatabaseFacts | undefined {
  return sets[0]?.files.find((file) => file.role === 'database' && file.name === name)?.database;
}

/** Good copies of logs that the chain holds since its full set, by generation. */
export function knownLogs({ sets }: History): Map<number, FileRecord> {
  const logs = new Map<number, FileRecord>();
  for (const file of sets.flatMap(({ files }) => files)) {
    const generation = generationOf(file);
    if (generation !== undefined && file.intact === true && !logs.has(generation)) logs.set(generation, file);
  }
  return logs;
}
