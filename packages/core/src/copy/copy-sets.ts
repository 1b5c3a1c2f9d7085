import { AdcsBackupError } from '../errors.ts';
import type { TrustedSigners } from '../keys.ts';
import type { BackupSink, CallOptions } from '../sink/backup-sink.ts';
import type { SetEntry } from '../store/catalogue.ts';
import { chainDataPrefix, chainSetsPrefix, outcomeKey, signatureKey } from '../store/layout.ts';
import { readManifest } from '../store/set-reader.ts';
import { isStoredFault } from '../store/stored-fault.ts';
import { type CopiedBytes, type CopyProgress, copySet, type SetCopy } from './copy-set.ts';

export type CopyEvent = CopyProgress | ({ readonly type: 'set-copied'; readonly label: string } & CopiedBytes);

export interface CopySetsOptions extends CallOptions {
  readonly observe?: ((event: CopyEvent) => void) | undefined;
  /**
   * A set that is sealed already is looked at again only when one that isn't builds on it. Default false: what any
   * of them lost is put again.
   */
  readonly skipSealed?: boolean | undefined;
  /** Only sets that one of these signed are copied. */
  readonly trusted?: TrustedSigners | undefined;
}

/** What became of a set: how much of it had to be copied, or what is wrong with it where it came from. */
export type SetCopyResult = { readonly entry: SetEntry } & (
  | ({ readonly at: 'copied' } & CopiedBytes)
  | { readonly at: 'failed'; readonly error: AdcsBackupError }
);

export interface SetCopyOrder {
  readonly from: BackupSink;
  readonly to: BackupSink;
  /** Of `from`, oldest first; a logs-only set after all that it builds on. */
  readonly entries: readonly SetEntry[];
}

/**
 * Copies what `to` lacks of these sets, one after another. A set that is damaged in `from` is told and left
 * out, and with it the logs-only sets that build on it.
 * @throws what the sinks throw, for the whole
 */
export async function copySets(
  { from, to, entries }: SetCopyOrder,
  options: CopySetsOptions = {},
): Promise<readonly SetCopyResult[]> {
  const results: SetCopyResult[] = [];
  const chains = new Map<string, ChainCopy>();
  const ordered: SetInChain[] = [];
  for (const entry of entries) {
    const id = chainDataPrefix(entry);
    const chain = chains.get(id) ?? {
      from,
      to,
      present: await objectsOf(to, entry, options),
      broken: undefined,
      unverified: new Map(),
    };
    chains.set(id, chain);
    ordered.push({ entry, chain });
  }
  const skipped = options.skipSealed === true ? withoutNeed(ordered) : new Set();
  for (const { entry, chain } of ordered) {
    if (entry.label.type === 'full') chain.broken = undefined;
    const result: SetCopyResult = skipped.has(entry)
      ? { entry, at: 'copied', objects: 0, bytes: 0 }
      : await resultOf(chain, entry, options);
    if (result.at === 'failed') {
      // What somebody put there is no part of the chain, unless a set that counts says that it is.
      if (result.error.code === 'signature-invalid') chain.unverified.set(entry.label.text, entry);
      else chain.broken ??= entry;
    } else if (result.objects > 0) {
      const { objects, bytes } = result;
      options.observe?.({ type: 'set-copied', label: entry.label.text, objects, bytes });
    }
    results.push(result);
  }
  return results;
}

interface ChainCopy extends SetCopy {
  /** The set since the last full one that could not be copied. */
  broken: SetEntry | undefined;
  /** Sets without a signature that counts, by label. */
  readonly unverified: Map<string, SetEntry>;
}

interface SetInChain {
  readonly entry: SetEntry;
  readonly chain: ChainCopy;
}

/** Sealed sets on which no set builds that isn't. */
function withoutNeed(ordered: readonly SetInChain[]): ReadonlySet<SetEntry> {
  const skipped = new Set<SetEntry>();
  const built = new Set<ChainCopy>();
  for (const { entry, chain } of ordered.toReversed()) {
    if (!isSealed(entry, chain)) built.add(chain);
    if (!built.has(chain)) skipped.add(entry);
    if (entry.label.type === 'full') built.delete(chain);
  }
  return skipped;
}

/** What `to` holds of the chain, manifests included. */
async function objectsOf(to: BackupSink, entry: SetEntry, { signal }: CallOptions): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const prefix of [chainDataPrefix(entry), chainSetsPrefix(entry)]) {
    for await (const { key, sizeBytes } of to.list(prefix, { signal })) sizes.set(key, sizeBytes);
  }
  return sizes;
}

async function resultOf(chain: ChainCopy, entry: SetEntry, options: CopySetsOptions): Promise<SetCopyResult> {
  const { broken } = chain;
  if (broken !== undefined) return { entry, at: 'failed', error: buildsOn(broken, entry) };
  try {
    const { manifest } = await readManifest(chain.from, entry, options);
    const before = manifest.type === 'full' ? undefined : chain.unverified.get(manifest.previous?.label ?? '');
    if (before !== undefined) throw buildsOn(before, entry);
    return { entry, at: 'copied', ...(await copySet(chain, { entry, manifest }, options)) };
  } catch (error) {
    if (!isStoredFault(error)) throw error;
    return { entry, at: 'failed', error };
  }
}

/** With its outcome and its signature, where it has them. */
function isSealed(entry: SetEntry, { present }: ChainCopy): boolean {
  const { manifestKey, hasOutcome, hasSignature } = entry;
  const isSigned = !hasSignature || present.has(signatureKey(manifestKey));
  return present.has(manifestKey) && isSigned && (!hasOutcome || present.has(outcomeKey(entry)));
}

function buildsOn(broken: SetEntry, entry: SetEntry): AdcsBackupError {
  const message = `${entry.label.text} was not copied: it builds on ${broken.label.text}, which could not be`;
  return new AdcsBackupError('integrity-failed', message);
}
