import { AdcsBackupError } from '../errors.ts';
import type { TrustedSigners } from '../keys.ts';
import type { BackupSink, CallOptions, StoredObject } from '../sink/backup-sink.ts';
import type { ObjectKey } from '../sink/keys.ts';
import { type Label, parseLabel } from './label.ts';
import { caIdOf, SETS_PREFIX, type SetPlace } from './layout.ts';
import { readManifest } from './set-reader.ts';

/** A sealed set, as far as the listing of `sets/` tells. */
export interface SetEntry extends SetPlace {
  readonly caId: string;
  readonly chain: string;
  readonly label: Label;
  /** When the manifest was put, by the sink's clock. */
  readonly sealedAt: Date;
  readonly hasOutcome: boolean;
  /** Its manifest has a signature, whatever that is worth. */
  readonly hasSignature: boolean;
  readonly manifestKey: ObjectKey;
  readonly manifestBytes: number;
}

export interface ListSetsOptions extends CallOptions {
  /** Only this CA's. */
  readonly caId?: string | undefined;
}

export interface FindSetOptions extends CallOptions {
  /** A CA's name or id; needed when the sink holds several. */
  readonly ca?: string | undefined;
  /** A label, or `latest`: the newest sound set. */
  readonly label: string;
  /** Told of each newer set that `latest` stepped over, and why. */
  readonly onSkipped?: (set: SetEntry, why: string) => void;
  /** `latest` must be signed by one of these. */
  readonly trusted?: TrustedSigners | undefined;
}

const setKey = /^sets\/([^/]+)\/([^/]+)\/([^/]+?)(\.outcome\.json|\.json\.minisig|\.json)$/;

/** All sealed sets, ascending by CA, then by label. Lists `sets/` and reads no object. */
export async function listSets(sink: BackupSink, options: ListSetsOptions = {}): Promise<readonly SetEntry[]> {
  const prefix = options.caId === undefined ? SETS_PREFIX : `${SETS_PREFIX}${options.caId}/`;
  const entries = new Map<string, SetEntry>();
  const outcomes = new Set<string>();
  const signatures = new Set<string>();
  for await (const object of sink.list(prefix, { signal: options.signal })) {
    const [, caId, chain, text, kind] = setKey.exec(object.key) ?? [];
    if (caId === undefined || chain === undefined || text === undefined) continue;
    const id = `${caId}/${chain}/${text}`;
    const label = kind === '.json' ? parseLabel(text) : undefined;
    if (kind === '.outcome.json') outcomes.add(id);
    else if (kind === '.json.minisig') signatures.add(id);
    else if (label !== undefined) entries.set(id, entryOf({ caId, chain, label }, object));
  }
  return [...entries]
    .map(([id, entry]) => ({ ...entry, hasOutcome: outcomes.has(id), hasSignature: signatures.has(id) }))
    .sort(byCaThenLabel);
}

/**
 * The set that the operator means.
 * @throws `set-not-found`; `signature-invalid` when no trusted signer signed the newest; `invalid-usage` when the sink
 *   holds several CAs and none was named
 */
export async function findSet(sink: BackupSink, options: FindSetOptions): Promise<SetEntry> {
  const sets = chooseCa(await listSets(sink, { signal: options.signal }), sink.location, options.ca);
  if (options.label === 'latest') return await newestSound(sink, sets, options);
  const found = sets.find((set) => set.label.text === options.label);
  if (found !== undefined) return found;
  throw new AdcsBackupError('set-not-found', `no set ${options.label} in ${sink.location}`, {
    hint: `The newest is ${sets.at(-1)?.label.text}. "adcs-backup list" shows all of them.`,
  });
}

async function newestSound(sink: BackupSink, sets: readonly SetEntry[], options: FindSetOptions): Promise<SetEntry> {
  for (const set of [...sets].reverse()) {
    const why = await doubt(sink, set, options);
    if (why === undefined) return set;
    options.onSkipped?.(set, why);
  }
  throw new AdcsBackupError('set-not-found', `no set in ${sink.location} is sound`, {
    hint: `Look at the newest with "adcs-backup show <sink> ${sets.at(-1)?.label.text}": a suspect set is used only when it is named.`,
  });
}

/** Why a set is not sound. @throws `signature-invalid`: whoever replaced a set must not choose the one that is used */
async function doubt(
  sink: BackupSink,
  set: SetEntry,
  { signal, trusted }: FindSetOptions,
): Promise<string | undefined> {
  try {
    const { sound, findings } = (await readManifest(sink, set, { signal, trusted })).manifest;
    return sound ? undefined : `it is suspect: ${findings[0]?.message ?? 'its contents were not checked'}`;
  } catch (error) {
    if (AdcsBackupError.is(error, 'signature-invalid')) throw notLatest(set, error);
    if (!AdcsBackupError.is(error, 'integrity-failed')) throw error;
    return error.message;
  }
}

function notLatest({ label }: SetEntry, cause: AdcsBackupError): AdcsBackupError {
  return new AdcsBackupError('signature-invalid', `the newest set ${label.text} can't be trusted: ${cause.message}`, {
    cause,
    hint: 'Find out who put it there or altered it. If you want an earlier set, name its label.',
  });
}

/**
 * The sets of the one CA that is meant.
 * @throws `set-not-found` when there is none; `invalid-usage` when there are several CAs and none was named
 */
export function chooseCa(sets: readonly SetEntry[], location: string, ca?: string): readonly SetEntry[] {
  const ids = [...new Set(sets.map((set) => set.caId))];
  if (ids.length === 0) {
    throw new AdcsBackupError('set-not-found', `there is no set in ${location}`, {
      hint: 'Check the address of the sink, or take a backup first: adcs-backup backup <sink>.',
    });
  }
  if (ca === undefined && ids.length > 1) {
    throw new AdcsBackupError('invalid-usage', `${location} holds sets of ${ids.length} CAs: ${ids.join(', ')}`, {
      hint: 'Say which one with --ca NAME.',
    });
  }
  const wanted = ca === undefined ? ids : [ca, caIdOf(ca)];
  const chosen = sets.filter((set) => wanted.includes(set.caId));
  if (chosen.length > 0) return chosen;
  throw new AdcsBackupError('set-not-found', `there is no set of the CA ${ca} in ${location}`, {
    hint: `The sink holds sets of: ${ids.join(', ')}.`,
  });
}

function entryOf(place: SetPlace, object: StoredObject): SetEntry {
  return {
    ...place,
    sealedAt: object.modifiedAt,
    hasOutcome: false,
    hasSignature: false,
    manifestKey: object.key,
    manifestBytes: object.sizeBytes,
  };
}

function byCaThenLabel(a: SetEntry, b: SetEntry): number {
  if (a.caId !== b.caId) return a.caId < b.caId ? -1 : 1;
  return a.label.text < b.label.text ? -1 : 1;
}
