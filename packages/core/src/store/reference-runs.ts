import { AdcsBackupError } from '../errors.ts';
import type { BackupSink, CallOptions } from '../sink/backup-sink.ts';
import type { InterruptedRun } from './chain-data.ts';
import type { Extent, Manifest } from './manifest.ts';
import { type BlockMap, decodeMap } from './map.ts';
import type { ReferenceFile, ReferenceRun } from './reference.ts';
import { readRecorded } from './set-reader.ts';

export interface ReferenceOptions extends CallOptions {
  /** Told of a map that can't be read: its blocks will be stored again. */
  readonly onDamaged: (error: AdcsBackupError) => void;
}

/** A sealed set as a run to build on. */
export function sealedRun(sink: BackupSink, manifest: Manifest, options: ReferenceOptions): ReferenceRun {
  const readMap = async (index: number): Promise<BlockMap | undefined> => {
    const record = manifest.maps[index];
    if (record === undefined) return undefined;
    return await unlessDamaged(async () => decodeMap(await readRecorded(sink, record, options), record.key), options);
  };
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
  const readMap = async (index: number): Promise<BlockMap | undefined> => {
    const map = run.maps[index];
    if (map === undefined) return undefined;
    return await unlessDamaged(async () => decodeMap(await sink.get(map.key, options), map.key), options);
  };
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

async function unlessDamaged(
  read: () => Promise<BlockMap>,
  { onDamaged }: ReferenceOptions,
): Promise<BlockMap | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!AdcsBackupError.is(error, 'integrity-failed') && !AdcsBackupError.is(error, 'object-not-found')) throw error;
    onDamaged(error);
    return undefined;
  }
}
