import type { BackupSink } from '../sink/backup-sink.ts';
import { listSets, type SetEntry } from '../store/catalogue.ts';
import type { ReadOptions } from '../store/older-versions.ts';
import { readManifest } from '../store/set-reader.ts';
import { isStoredFault } from '../store/stored-fault.ts';
import type { CaLook } from './freshness.ts';
import type { SeenSet, TrustState } from './trust-state.ts';

export interface LookOptions extends ReadOptions {
  /** By the verifier's clock; default now. */
  readonly seenAt?: Date;
}

/**
 * Looks for what `checkFreshness` asks for: lists the CA's sets, and reads the newest manifest that can be read and
 * verified, and the one that is remembered.
 */
export async function lookAtCa(
  sink: BackupSink,
  { caId, state }: { readonly caId: string; readonly state: TrustState },
  { signal, trusted, seenAt = new Date() }: LookOptions = {},
): Promise<CaLook> {
  const entries = await listSets(sink, { caId, signal });
  const read = (entry: SetEntry): Promise<SeenSet | undefined> => seenSet(sink, entry, { signal, trusted });
  const remembered = state.get(caId);
  const same = entries.find(({ label, chain }) => label.text === remembered?.label && chain === remembered.chain);
  const sets: SeenSet[] = [];
  for (const entry of entries.toReversed()) {
    const set = await read(entry);
    if (set === undefined) continue;
    sets.push(set);
    break;
  }
  const known =
    same === undefined || sets.some(({ label }) => label === same.label.text) ? undefined : await read(same);
  if (known !== undefined) sets.push(known);
  const chains = new Set(entries.map(({ chain }) => chain));
  return { caId, sets, chains, seenAt, ...(trusted === undefined ? {} : { publicKeys: trusted.publicKeys }) };
}

/** Undefined when it can't be read, or doesn't verify. */
async function seenSet(sink: BackupSink, entry: SetEntry, options: ReadOptions): Promise<SeenSet | undefined> {
  try {
    const { manifest, manifestSha256: sha256 } = await readManifest(sink, entry, options);
    return { label: manifest.label, chain: manifest.chain, number: manifest.number, sha256 };
  } catch (error) {
    if (!isStoredFault(error)) throw error;
    return undefined;
  }
}
