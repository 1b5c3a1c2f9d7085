import { hash } from 'node:crypto';
import { AdcsBackupError } from '../errors.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { Manifest } from '../store/manifest.ts';
import { decodeManifest } from '../store/manifest-json.ts';
import type { BackupIo } from './io.ts';

/** Where a new set stands in the history of its CA. */
export interface Lineage {
  readonly number: number;
  readonly previous: Manifest['previous'];
  /** The newest set's manifest; undefined when there is none, or when it can't be read. */
  readonly newest: Manifest | undefined;
}

/**
 * Number and link to the newest set. One that can't be read is stepped over with a warning: it must
 * not stop tonight's backup. One of a newer format stops it: an older tool must not go on behind it.
 * @param earlier the CA's sets, oldest first
 * @throws `format-unsupported`
 */
export async function lineageOf(earlier: readonly SetEntry[], io: BackupIo): Promise<Lineage> {
  let previous: Manifest['previous'];
  for (const [skipped, set] of [...earlier].reverse().entries()) {
    const bytes = await io.options.sink.get(set.manifestKey, { signal: io.options.signal });
    previous ??= { label: set.label.text, sha256: hash('sha256', bytes, 'hex') };
    try {
      const manifest = decodeManifest(bytes, set.manifestKey);
      return { number: manifest.number + 1 + skipped, previous, newest: skipped === 0 ? manifest : undefined };
    } catch (error) {
      if (!AdcsBackupError.is(error, 'integrity-failed')) throw error;
      const hint = 'Check it with "adcs-backup verify"; it cannot be restored as it is. This run begins a new chain.';
      io.log.warn({ code: 'earlier-set-damaged', message: error.message, hint });
    }
  }
  return { number: earlier.length + 1, previous, newest: undefined };
}
