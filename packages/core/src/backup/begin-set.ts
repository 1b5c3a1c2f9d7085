import { hash } from 'node:crypto';
import { hostname } from 'node:os';
import type { LibraryInfo, RestoreMap } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import type { SetEntry } from '../store/catalogue.ts';
import { chainName, nextLabel } from '../store/label.ts';
import { caIdOf } from '../store/layout.ts';
import type { Manifest } from '../store/manifest.ts';
import { decodeManifest } from '../store/manifest-json.ts';
import { SetWriter } from '../store/set-writer.ts';
import type { BackupIo } from './io.ts';

interface Source {
  readonly library: LibraryInfo;
  readonly restoreMap: RestoreMap;
  readonly caName: string;
}

/** The CA's name: AD CS names the database after it. @throws when the restore map names no database */
export function caNameOf(restoreMap: RestoreMap): string {
  const database = restoreMap.entries.find((entry) => entry.kind === 'database');
  const name = database?.path
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/\.edb$/i, '');
  if (name !== undefined && name !== '') return name;
  throw new AdcsBackupError('certsrv-failed', 'the restore map names no database, so the name of the CA is unknown', {
    hint: 'Name the CA with --ca NAME.',
  });
}

/** Chooses label, chain and number, and claims the label in the sink. */
export async function beginSet(source: Source, io: BackupIo): Promise<SetWriter> {
  const { sink, type, server, tool, signal } = io.options;
  const caId = caIdOf(source.caName);
  const earlier = io.sets.filter((set) => set.caId === caId);
  const label = nextLabel(io.startedAt, type, earlier.at(-1)?.label);
  const chain = chainName(label);
  const beginning = {
    label: label.text,
    chain,
    type,
    ...(await lineage(earlier, io)),
    ca: { id: caId, name: source.caName },
    server,
    host: hostname(),
    startedAt: io.startedAt,
    tool,
    library: source.library,
    restoreMap: source.restoreMap,
  };
  const set = await SetWriter.begin({ sink, place: { caId, chain, label }, signal }, beginning, io.encoder);
  io.log.observe({ type: 'set-begun', label: label.text, caName: source.caName, caId });
  return set;
}

/**
 * Number and link to the newest set. One that can't be read is stepped over with a warning: it must
 * not stop tonight's backup. One of a newer format stops it: an older tool must not go on behind it.
 */
async function lineage(earlier: readonly SetEntry[], io: BackupIo): Promise<Pick<Manifest, 'number' | 'previous'>> {
  let previous: Manifest['previous'];
  for (const [skipped, set] of [...earlier].reverse().entries()) {
    const bytes = await io.options.sink.get(set.manifestKey, { signal: io.options.signal });
    previous ??= { label: set.label.text, sha256: hash('sha256', bytes, 'hex') };
    try {
      return { number: decodeManifest(bytes, set.manifestKey).number + 1 + skipped, previous };
    } catch (error) {
      if (!AdcsBackupError.is(error, 'integrity-failed')) throw error;
      const hint = `Check it with "adcs-backup verify"; it cannot be restored as it is.`;
      io.log.warn({ code: 'earlier-set-damaged', message: error.message, hint });
    }
  }
  return { number: earlier.length + 1, previous };
}
