import type { BackupSink, CallOptions } from '../sink/backup-sink.ts';
import { listSets, type SetEntry } from '../store/catalogue.ts';
import type { ContentFinding, Manifest } from '../store/manifest.ts';
import type { ReadOptions } from '../store/older-versions.ts';
import { readManifest, readSet, type StoredSet } from '../store/set-reader.ts';
import { isStoredFault } from '../store/stored-fault.ts';
import { type Composition, compose } from './compose.ts';

/** A stored set, and what its restore consists of. */
export interface ComposedSet {
  readonly set: StoredSet;
  readonly composition: Composition<Manifest>;
}

/**
 * Reads a set and the sets of its chain that its restore needs: back to its full set, and further only
 * where that has no good copy of a log. An earlier set that can't be read counts as not there, with a finding.
 * @throws `integrity-failed` when the set itself can't be read, `format-unsupported`, and what the sink throws
 */
export async function composeStored(
  sink: BackupSink,
  entry: SetEntry,
  options: ReadOptions = {},
): Promise<ComposedSet> {
  const set = await readSet(sink, entry, options);
  const { manifest } = set;
  const before = manifest.type === 'full' ? [] : await setsBefore(sink, entry, options);
  const near = await readBack(before, { sink, until: 'full', options });
  const composition = compose(manifest, near.sets);
  if (composition.isComplete) return { set, composition };
  const others = (manifest.type === 'full' ? await setsBefore(sink, entry, options) : before).slice(
    0,
    before.length === 0 ? undefined : before.length - near.read,
  );
  const far = await readBack(others, { sink, until: undefined, options });
  const whole = compose(manifest, [...far.sets, ...near.sets]);
  const findings = [...near.findings, ...(whole.isComplete ? [] : far.findings), ...whole.findings];
  return { set, composition: { ...whole, findings } };
}

/** Sets of the same chain before this one, oldest first. */
async function setsBefore(sink: BackupSink, entry: SetEntry, { signal }: CallOptions): Promise<readonly SetEntry[]> {
  const all = await listSets(sink, { caId: entry.caId, signal });
  return all.filter(({ chain, label }) => chain === entry.chain && label.text < entry.label.text);
}

interface Back {
  readonly sink: BackupSink;
  /** Stop after the first full set. */
  readonly until: 'full' | undefined;
  readonly options: ReadOptions;
}

interface ReadBack {
  /** Oldest first. */
  readonly sets: readonly Manifest[];
  /** How many entries were looked at. */
  readonly read: number;
  readonly findings: readonly ContentFinding[];
}

async function readBack(entries: readonly SetEntry[], { sink, until, options }: Back): Promise<ReadBack> {
  const sets: Manifest[] = [];
  const findings: ContentFinding[] = [];
  let read = 0;
  for (const entry of [...entries].reverse()) {
    read += 1;
    try {
      sets.unshift((await readManifest(sink, entry, options)).manifest);
    } catch (error) {
      if (!isStoredFault(error)) throw error;
      findings.push({ code: 'manifest-invalid', message: error.message });
    }
    if (until === 'full' && entry.label.type === 'full') break;
  }
  return { sets, read, findings };
}
