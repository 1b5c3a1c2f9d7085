import type { AdcsBackupError } from '../errors.ts';
import type { BackupSink, StoredObject } from '../sink/backup-sink.ts';
import type { InterruptedRun } from './chain-data.ts';
import type { Extent, Manifest } from './manifest.ts';
import { type BlockMap, decodeMap } from './map.ts';
import type { ReadOptions } from './older-versions.ts';
import type { ReferenceFile, ReferenceRun } from './reference.ts';
import { readRecorded } from './set-reader.ts';
import { readSigned } from './signed-object.ts';
import { isStoredFault } from './stored-fault.ts';

export interface ReferenceOptions extends ReadOptions {
  /** Told of a map that can't be read: its blocks will be stored again. */
  readonly onDamaged: (error: AdcsBackupError) => void;
}

/** A sealed set as a run to build on. */
export function sealedRun(sink: BackupSink, manifest: Manifest, options: ReferenceOptions): ReferenceRun {
  const readMap = mapReader(
    manifest.maps,
    async (map) => decodeMap(await readRecorded(sink, map, options), map.key),
    options,
  );
  return { label: manifest.label, files: manifest.files, readMap };
}

/**
 * An interrupted run as a run to build on: its maps say what they hold. The last ones may name packs
 * that never arrived; whoever builds on it asks whether a pack is present.
 */
export async function interruptedRun(
  sink: BackupSink,
  run: InterruptedRun,
  options: ReferenceOptions,
): Promise<ReferenceRun> {
  const readMap = mapReader(run.maps, (map) => readRunMap(sink, map, options), options);
  const files = new Map<string, ReferenceFile & { readonly extents: Extent[] }>();
  for (const map of run.maps.keys()) {
    let firstEntry = 0;
    for (const { role, name, blocks } of (await readMap(map))?.header.sections ?? []) {
      const file = files.get(`${role}/${name}`) ?? { role, name, extents: [] };
      file.extents.push({ map, firstEntry, blocks });
      files.set(`${role}/${name}`, file);
      firstEntry += blocks;
    }
  }
  return { label: run.label.text, files: [...files.values()], readMap };
}

/**
 * A map that no manifest has the SHA-256 of: its signature is all that it can be held to.
 * @throws `integrity-failed`, `signature-invalid`, `object-not-found`
 */
export async function readRunMap(
  sink: BackupSink,
  { key, sizeBytes }: StoredObject,
  options: ReadOptions,
): Promise<BlockMap> {
  return await readSigned(sink, { key, sizeBytes, accept: (bytes) => decodeMap(bytes, key) }, options);
}

/** Reads map `index`; undefined when there is none, or when it is gone or damaged. */
function mapReader<M>(
  maps: readonly M[],
  read: (map: M) => Promise<BlockMap>,
  { onDamaged }: ReferenceOptions,
): ReferenceRun['readMap'] {
  return async (index) => {
    const map = maps[index];
    if (map === undefined) return undefined;
    try {
      return await read(map);
    } catch (error) {
      if (!isStoredFault(error)) throw error;
      onDamaged(error);
      return undefined;
    }
  };
}
