import { AdcsBackupError } from '../errors.ts';
import type { BackupSink, CallOptions } from '../sink/backup-sink.ts';
import type { InterruptedRun } from './chain-data.ts';
import type { Extent, Manifest } from './manifest.ts';
import { decodeMap } from './map.ts';
import type { ReferenceFile, ReferenceRun } from './reference.ts';
import { readRecorded } from './set-reader.ts';

export interface ReferenceOptions extends CallOptions {
  /** Told of a map that can't be read: its blocks will be stored again. */
  readonly onDamaged: (error: AdcsBackupError) => void;
}

/** A sealed set as a run to build on. */
export function sealedRun(sink: BackupSink, manifest: Manifest, options: ReferenceOptions): ReferenceRun {
  const readMap = mapReader(manifest.maps, (map) => readRecorded(sink, map, options), options);
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
  const readMap = mapReader(run.maps, (map) => sink.get(map.key, options), options);
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

/** Reads map `index`; undefined when there is none, or when it is gone or damaged. */
function mapReader<M extends { readonly key: string }>(
  maps: readonly M[],
  read: (map: M) => Promise<Uint8Array>,
  { onDamaged }: ReferenceOptions,
): ReferenceRun['readMap'] {
  return async (index) => {
    const map = maps[index];
    if (map === undefined) return undefined;
    try {
      return decodeMap(await read(map), map.key);
    } catch (error) {
      if (!AdcsBackupError.is(error, 'integrity-failed') && !AdcsBackupError.is(error, 'object-not-found')) throw error;
      onDamaged(error);
      return undefined;
    }
  };
}
