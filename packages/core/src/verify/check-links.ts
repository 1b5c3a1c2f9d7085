import { hash } from 'node:crypto';
import { AdcsBackupError } from '../errors.ts';
import type { BackupSink, CallOptions } from '../sink/backup-sink.ts';
import { isObjectKey, type ObjectKey } from '../sink/keys.ts';
import { listSets } from '../store/catalogue.ts';
import { JsonReader } from '../store/json-reader.ts';
import { chainSetsPrefix } from '../store/layout.ts';
import type { Manifest } from '../store/manifest.ts';
import { isStoredFault } from '../store/stored-fault.ts';
import type { SetFindings } from './set-findings.ts';
import type { VerifyOptions } from './verify.ts';

interface CheckingLinks {
  readonly sink: BackupSink;
  /** Where the manifest lies. */
  readonly key: string;
  readonly manifest: Manifest;
  readonly findings: SetFindings;
}

/** What is found under the key that a set names as the one before it. */
interface Linked {
  readonly sha256: string | undefined;
  /** Undefined when it can't be read. */
  readonly number: number | undefined;
}

/**
 * Looks whether the set before this one is what it was: the same manifest, with the number before. It may be gone with
 * its whole chain, which is how sets are deleted, but not alone.
 */
export async function checkLinks(
  { sink, key, manifest, findings }: CheckingLinks,
  { earlier = [], signal }: VerifyOptions,
): Promise<void> {
  const { label, number, previous, ca } = manifest;
  if (previous === undefined) return;
  const code = 'history-broken';
  const before = `${chainSetsPrefix({ caId: ca.id, chain: previous.chain })}${previous.label}.json`;
  if (!isObjectKey(before)) {
    findings.add({ code, key, message: `${key} names ${before} as the set before it, which can't be one` });
    return;
  }
  const known = earlier.find(
    (set) => set.caId === ca.id && set.chain === previous.chain && set.label === previous.label,
  );
  // Has a finding of its own.
  if (known !== undefined && known.manifestSha256 === undefined) return;
  const linked =
    known === undefined ? await read(sink, before, { signal }) : { sha256: known.manifestSha256, number: known.number };
  if (linked === undefined) {
    const sets = await listSets(sink, { caId: ca.id, signal });
    if (!sets.some(({ chain }) => chain === previous.chain)) return;
    findings.add({
      code,
      key: before,
      message: `${before} is not there, though ${label} goes on from it and other sets of its chain are: it was deleted, or never came here`,
    });
  } else if (linked.sha256 !== previous.sha256) {
    findings.add({
      code,
      key: before,
      message: `${before} is not the manifest that ${label} goes on from: it was altered or exchanged`,
    });
  } else if (linked.number !== undefined && number !== linked.number + 1) {
    findings.add({ code, key, message: `${key} has number ${number}, but the set before it has ${linked.number}` });
  }
}

/** Undefined when it isn't there. */
async function read(sink: BackupSink, key: ObjectKey, options: CallOptions): Promise<Linked | undefined> {
  try {
    const bytes = await sink.get(key, options);
    return { sha256: hash('sha256', bytes, 'hex'), number: numberIn(bytes, key) };
  } catch (error) {
    if (!isStoredFault(error)) throw error;
    return error.code === 'object-not-found' ? undefined : { sha256: undefined, number: undefined };
  }
}

function numberIn(bytes: Uint8Array, key: string): number | undefined {
  try {
    return JsonReader.parse(bytes, key).field('number').integer();
  } catch (error) {
    if (!AdcsBackupError.is(error, 'integrity-failed')) throw error;
    return undefined;
  }
}
