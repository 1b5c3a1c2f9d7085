import { randomUUID } from 'node:crypto';
import { AdcsBackupError, type BackupSink, type SinkSupports } from '@adcs-backup/core/sink';
import type { MemoryObject } from '@adcs-backup/core/testing';
import type { SinkUnderTest } from '../src/index.ts';
import { type Broken, changed } from './fault.ts';
import { MemorySinkOn } from './memory-sink-on.ts';
import { subjectOn } from './subject.ts';

interface KeptVersion extends MemoryObject {
  readonly id: string;
}

/** By key, newest first. */
export type KeptVersions = Map<string, readonly KeptVersion[]>;

const withVersions: SinkSupports = { retention: true, versions: true };

/** A sink that keeps a version of everything that was put, whatever is deleted. */
function versioning({ sink }: Broken, kept: KeptVersions): BackupSink {
  return changed(sink, {
    supports: withVersions,
    put: async (key, body, options) => {
      const stored = await sink.put(key, body, options);
      const bytes = new Uint8Array(body);
      const version = { id: randomUUID(), bytes, modifiedAt: stored.modifiedAt, retainUntil: undefined };
      kept.set(key, [version, ...(kept.get(key) ?? [])]);
      return stored;
    },
    get: async (key, options) => {
      if (options?.version === undefined) return await sink.get(key, options);
      await sink.stat(key, options);
      const found = kept.get(key)?.find(({ id }) => id === options.version);
      if (found === undefined) throw new AdcsBackupError('object-not-found', `object ${key} has no such version`);
      const { version: _version, ...others } = options;
      return await new MemorySinkOn(new Map([[key, found]])).get(key, others);
    },
    versions: async (key, options) => {
      await sink.stat(key, options);
      const all = kept.get(key) ?? [];
      return all.map(({ id, bytes, modifiedAt }) => ({ id, sizeBytes: bytes.byteLength, modifiedAt }));
    },
  });
}

export function versioningSubject(
  name: string = 'MemorySink with versions',
  wrap: (broken: Broken) => BackupSink = ({ sink }) => sink,
): SinkUnderTest {
  const kept: KeptVersions = new Map();
  return {
    ...subjectOn(name, (broken) => wrap({ ...broken, kept, sink: versioning(broken, kept) })),
    supports: withVersions,
  };
}

/** Its sink knows versions, its place keeps none. */
export function unversionedSubject(
  name: string = 'MemorySink on a place without versions',
  wrap: (broken: Broken) => BackupSink = ({ sink }) => sink,
): SinkUnderTest {
  const supports = { retention: false, versions: true };
  const refusing = ({ sink }: Broken): BackupSink =>
    changed(sink, {
      supports,
      versions: async (key) => {
        throw new AdcsBackupError('sink-denied', `no versions of ${key}: versioning is off`);
      },
    });
  return {
    ...subjectOn(name, (broken) => wrap({ ...broken, sink: refusing(broken) })),
    supports,
    setUpFor: { versions: false },
  };
}
