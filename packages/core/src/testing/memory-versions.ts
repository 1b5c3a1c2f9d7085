import { AdcsBackupError } from '../errors.ts';
import type { ObjectVersion } from '../sink/backup-sink.ts';

/** What is kept of a version. */
interface KeptObject {
  readonly bytes: Uint8Array;
  readonly modifiedAt: Date;
}

/** Every state that the objects of a sink in memory were ever in. */
export class MemoryVersions {
  /** By key, oldest first: the id of a version is its place, from 1. */
  readonly #kept: Map<string, KeptObject[]> = new Map();

  add(key: string, object: KeptObject): void {
    this.#kept.set(key, [...(this.#kept.get(key) ?? []), object]);
  }

  /** Newest first. */
  list(key: string): readonly ObjectVersion[] {
    const kept = this.#kept.get(key) ?? [];
    return kept
      .map(({ bytes, modifiedAt }, index) => ({ id: String(index + 1), sizeBytes: bytes.byteLength, modifiedAt }))
      .reverse();
  }

  /** @throws `object-not-found` */
  get(key: string, id: string): KeptObject {
    const object = this.#kept.get(key)?.find((_, index) => String(index + 1) === id);
    if (object === undefined) throw new AdcsBackupError('object-not-found', `object ${key} has no version ${id}`);
    return object;
  }
}
