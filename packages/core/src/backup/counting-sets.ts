import { AdcsBackupError } from '../errors.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { Warning } from '../store/manifest.ts';
import { readManifest } from '../store/set-reader.ts';
import type { BackupIo } from './io.ts';
import { lossOr } from './loss.ts';

/** What a run makes of the sets that are there. */
export interface CountingSets {
  /** Those that it goes on from, oldest first. */
  readonly counting: readonly SetEntry[];
  /** The others: where signers are trusted, those that none of them signed. */
  readonly others: readonly SetEntry[];
  /** About others that are newer than the newest that counts. */
  readonly warnings: readonly Warning[];
}

/**
 * Where signers are trusted, the sets up to the newest one that was signed by one of them. Whoever may write to the
 * sink can put sets there: what can't be verified decides over nothing.
 * @param earlier the CA's sets, oldest first
 */
export async function countingSets(earlier: readonly SetEntry[], io: BackupIo): Promise<CountingSets> {
  if (io.options.trusted === undefined) return { counting: earlier, others: [], warnings: [] };
  const unsigned: SetEntry[] = [];
  const warnings: Warning[] = [];
  let newer = 0;
  for (const entry of earlier.toReversed()) {
    const fault = entry.hasSignature ? await faultOf(entry, io) : undefined;
    if (entry.hasSignature && fault === undefined) break;
    newer += 1;
    if (fault === undefined) unsigned.unshift(entry);
    else warnings.push(notVerified(`${entry.label.text} does not count: ${fault.message}`));
  }
  const counting = earlier.slice(0, earlier.length - newer).filter(({ hasSignature }) => hasSignature);
  const others = earlier.filter((entry) => !counting.includes(entry));
  return { counting, others, warnings: [...warnings, ...aboutUnsigned(unsigned)] };
}

/** What is wrong with its signature. */
async function faultOf(entry: SetEntry, io: BackupIo): Promise<AdcsBackupError | undefined> {
  const { trusted, signal } = io.options;
  try {
    await readManifest(io.sinks.group, entry, { trusted, signal });
    return undefined;
  } catch (error) {
    // Signed, but unreadable: whoever reads the history says so.
    if (AdcsBackupError.is(error, 'integrity-failed')) return undefined;
    const fault = lossOr(error, io);
    if (!AdcsBackupError.is(fault, 'signature-invalid')) throw fault;
    return fault;
  }
}

function aboutUnsigned(unsigned: readonly SetEntry[]): readonly Warning[] {
  const [oldest, newest] = [unsigned[0], unsigned.at(-1)];
  if (oldest === undefined || newest === undefined) return [];
  const range = `${oldest.label.text} to ${newest.label.text}`;
  if (oldest === newest) return [notVerified(`${oldest.label.text} does not count: it is not signed`)];
  return [notVerified(`${unsigned.length} sets do not count, ${range}: they are not signed`)];
}

export function notVerified(message: string): Warning {
  return {
    code: 'set-not-verified',
    message,
    hint: 'A set from before signing was switched on stays as good as it was. Any other was put there or altered by somebody: find out who may write to the sink.',
  };
}
