import { AdcsBackupError } from '../errors.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import { ageHeader, decryptPayload } from './age-payload.ts';
import { discarded } from './garbage.ts';
import type { ChainTerms, ObjectRecord } from './manifest.ts';
import type { ReadOptions } from './older-versions.ts';
import { readRecorded } from './set-reader.ts';

/**
 * Reads a pack, holds it to the manifest, and decrypts it where the set is encrypted.
 * @throws `integrity-failed`, `object-not-found`; `identity-missing` when it is for others
 */
export async function readPack(
  sink: BackupSink,
  { record, terms }: { readonly record: ObjectRecord; readonly terms: ChainTerms },
  options: ReadOptions,
): Promise<Uint8Array> {
  const identities = requireIdentities(terms, options);
  const object = await readRecorded(sink, record, options);
  if (identities === undefined) return object;
  const header = ageHeader(object, record.key);
  const fileKey = await identities.fileKeyOf(header).catch((error: unknown) => {
    throw named(error, record.key);
  });
  const content = decryptPayload(object, { fileKey, header }, record.key);
  discarded(object.length);
  return content;
}

/** Whoever knows keys knows no objects. */
function named(error: unknown, key: string): unknown {
  if (!AdcsBackupError.is(error)) return error;
  const { code, hint } = error;
  const details = { cause: error, ...(hint === undefined ? {} : { hint }) };
  return new AdcsBackupError(code, `${key} can't be opened: ${error.message}`, details);
}

/**
 * What opens the packs of a set; undefined where they are not encrypted.
 * @throws `identity-missing`
 */
export function requireIdentities(
  { recipients }: ChainTerms,
  { identities }: Pick<ReadOptions, 'identities'>,
): ReadOptions['identities'] {
  if (recipients === undefined) return undefined;
  if (identities !== undefined) return identities;
  throw new AdcsBackupError('identity-missing', `the set is encrypted for ${recipients.join(', ')}`, {
    hint: 'Name the file with the private key of one of them with --identity.',
  });
}

/** So many packs are kept: a file's blocks lie in those of a few runs at a time. */
const KEPT = 4;

/** Packs of an encrypted set, for who comes back to them: only whole ones can be opened. */
export class OpenedPacks {
  readonly #set: { readonly sink: BackupSink; readonly terms: ChainTerms };
  readonly #options: ReadOptions;
  /** By key, the one that was used last at the end. */
  readonly #contents: Map<string, Promise<Uint8Array>> = new Map();

  constructor(set: { readonly sink: BackupSink; readonly terms: ChainTerms }, options: ReadOptions) {
    this.#set = set;
    this.#options = options;
  }

  /** As {@link readPack}. */
  content(record: ObjectRecord): Promise<Uint8Array> {
    const { sink, terms } = this.#set;
    const content = this.#contents.get(record.key) ?? readPack(sink, { record, terms }, this.#options);
    this.#contents.delete(record.key);
    this.#contents.set(record.key, content);
    const [oldest] = this.#contents.keys();
    if (this.#contents.size > KEPT && oldest !== undefined) this.#contents.delete(oldest);
    return content;
  }
}
