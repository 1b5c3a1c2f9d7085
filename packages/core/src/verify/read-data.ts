import type { AdcsBackupError } from '../errors.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import type { Manifest, ObjectRecord } from '../store/manifest.ts';
import type { MapScan } from '../store/map-scan.ts';
import type { ReadOptions } from '../store/older-versions.ts';
import { type ReadPacksOptions, readPacks } from '../store/pack-reader.ts';
import { readRecorded } from '../store/set-reader.ts';
import { isStoredFault } from '../store/stored-fault.ts';
import type { SetFindings } from './set-findings.ts';
import type { SetVerdict } from './set-verdict.ts';
import type { VerifyOptions } from './verify.ts';

interface ReadingData {
  readonly sink: BackupSink;
  readonly manifest: Manifest;
  readonly scan: MapScan;
  readonly findings: SetFindings;
}

/**
 * Reads as many packs as asked for, and checks them block by block; of an encrypted set that can't be opened, only the
 * bytes as they are stored.
 */
export async function readPackData(
  { sink, manifest, scan, findings }: ReadingData,
  { readData = 0, random = Math.random, signal, identities, observe }: VerifyOptions,
): Promise<Pick<SetVerdict, 'packsRead' | 'bytesRead' | 'blocksChecked' | 'contents'>> {
  const chosen = choosePacks(manifest.packs, readData, random);
  const counts = { packsRead: 0, bytesRead: 0, blocksChecked: 0 };
  const totalBytes = [...chosen].reduce((sum, pack) => sum + pack.sizeBytes, 0);
  const lost = new Set(findings.all.filter(({ olderVersion }) => olderVersion === undefined).map(({ key }) => key));
  const options = {
    signal,
    identities,
    olderVersions: findings.olderVersions,
    choose: (pack: ObjectRecord): boolean => chosen.has(pack) && !lost.has(pack.key),
    onPackRead: (pack: ObjectRecord): void => {
      counts.packsRead += 1;
      counts.bytesRead += pack.sizeBytes;
      observe?.({ type: 'verify-progress', label: manifest.label, doneBytes: counts.bytesRead, totalBytes });
    },
    onDamaged: ({ key }: ObjectRecord, { message }: AdcsBackupError): void => {
      findings.add({ code: 'pack-damaged', key, message });
    },
  };
  if (chosen.size === 0) return { ...counts, contents: undefined };
  if (manifest.recipients !== undefined && identities === undefined) {
    await readStoredBytes({ sink, manifest }, options);
    return { ...counts, contents: 'stored-bytes' };
  }
  for await (const piece of readPacks({ sink, manifest, scan }, options)) counts.blocksChecked += piece.blocks;
  return { ...counts, contents: 'checked' };
}

/** Holds packs to the manifest, which has the SHA-256 of what is stored. */
async function readStoredBytes(
  { sink, manifest }: Pick<ReadingData, 'sink' | 'manifest'>,
  options: Required<Pick<ReadPacksOptions, 'choose' | 'onDamaged' | 'onPackRead'>> & ReadOptions,
): Promise<void> {
  for (const pack of manifest.packs.filter(options.choose)) {
    try {
      await readRecorded(sink, pack, options);
      options.onPackRead(pack);
    } catch (error) {
      if (!isStoredFault(error)) throw error;
      options.onDamaged(pack, error);
    }
  }
}

/** At least one pack when any percentage is asked for. */
function choosePacks(packs: readonly ObjectRecord[], percent: number, random: () => number): ReadonlySet<ObjectRecord> {
  const shuffled = packs.map((pack) => ({ pack, rank: random() })).sort((one, other) => one.rank - other.rank);
  return new Set(shuffled.slice(0, Math.ceil((packs.length * percent) / 100)).map(({ pack }) => pack));
}
