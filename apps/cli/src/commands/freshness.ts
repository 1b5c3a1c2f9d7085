import {
  AdcsBackupError,
  caIdOf,
  checkFreshness,
  decodeTrust,
  encodeTrust,
  type Finding,
  listSets,
  lookAtCa,
  type RememberedSet,
  type TrustState,
} from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import type { ReadingKeys } from '../keys/reading-keys.ts';
import { readTrustFile, writeTrustFile } from '../keys/trust-file.ts';
import type { Run } from '../run.ts';

export interface FreshnessUse {
  readonly sink: BackupSink;
  readonly keys: ReadingKeys;
  readonly ca: string | undefined;
  /** Path of the trust file. */
  readonly trust: string;
}

/** What is known of a CA in a sink that was not set back. */
export interface SeenCa {
  readonly caId: string;
  /** `first-seen`: nothing was known that it could be compared with; `nothing-seen`: no set of it can be read. */
  readonly result: 'fresh' | 'first-seen' | 'nothing-seen';
  /** The newest set that was ever seen of it. */
  readonly label: string | undefined;
  readonly number: number | undefined;
}

/**
 * Holds the sink to what was seen before, and remembers what is seen now.
 * @throws `rolled-back`, and the file stays as it was
 */
export async function rememberFresh(run: Run, use: FreshnessUse): Promise<readonly SeenCa[]> {
  const text = await readTrustFile(use.trust);
  const before: TrustState = text === undefined ? new Map() : decodeTrust(text, use.trust);
  const { seen, state } = await lookedAt(run, use, before);
  if (state.size > 0) await writeTrustFile(use.trust, encodeTrust(state));
  return seen;
}

/**
 * Holds the sink to what was seen before, and leaves the file as it is.
 * @throws `rolled-back`; `invalid-configuration` when there is no such file
 */
export async function requireFresh(run: Run, use: FreshnessUse): Promise<readonly SeenCa[]> {
  const text = await readTrustFile(use.trust);
  if (text === undefined) {
    throw new AdcsBackupError('invalid-configuration', `the trust file ${use.trust} is not there`, {
      hint: 'Name the file that "adcs-backup verify --trust" made, or leave --trust out.',
    });
  }
  return (await lookedAt(run, use, decodeTrust(text, use.trust))).seen;
}

interface Looked {
  readonly seen: readonly SeenCa[];
  readonly state: TrustState;
}

async function lookedAt(run: Run, use: FreshnessUse, before: TrustState): Promise<Looked> {
  const options = { signal: run.signal, trusted: use.keys.trusted };
  const seen: SeenCa[] = [];
  const findings: Finding[] = [];
  let state = before;
  for (const caId of await casOf(run, use, before)) {
    const look = await lookAtCa(use.sink, { caId, state: before }, options);
    const checked = checkFreshness(state, look);
    state = checked.state;
    findings.push(...checked.findings);
    if (checked.findings.length === 0) seen.push(seenCa(caId, before.get(caId), state.get(caId)));
    for (const each of checked.findings) {
      run.output.line({ type: 'finding', label: before.get(caId)?.label, ...each });
    }
  }
  if (findings[0] !== undefined) throw rolledBack(findings[0], findings.length - 1);
  for (const each of seen) run.output.line({ type: 'freshness-checked', ...each });
  return { seen, state };
}

/** Those in the sink, and those that were there: of the one that is meant. */
async function casOf(run: Run, { sink, ca }: FreshnessUse, before: TrustState): Promise<readonly string[]> {
  const listed = (await listSets(sink, { signal: run.signal })).map(({ caId }) => caId);
  const all = [...new Set([...listed, ...before.keys()])];
  return ca === undefined ? all : all.filter((caId) => caId === ca || caId === caIdOf(ca));
}

function seenCa(caId: string, before: RememberedSet | undefined, after: RememberedSet | undefined): SeenCa {
  if (after === undefined) return { caId, result: 'nothing-seen', label: undefined, number: undefined };
  const { label, number } = after;
  // What was seen before signatures counted is nothing to compare with.
  const isFirst = before === undefined || (before.publicKeys === undefined && after.publicKeys !== undefined);
  return { caId, result: isFirst ? 'first-seen' : 'fresh', label, number };
}

function rolledBack({ message }: Finding, more: number): AdcsBackupError {
  return new AdcsBackupError('rolled-back', more === 0 ? message : `${message}; and ${more} more`, {
    hint: 'Restore nothing from here, and keep the trust file. Look for another copy of the sink and for older versions in it, and find out who may delete there. A trust file is for one sink: for another, name another file.',
  });
}
