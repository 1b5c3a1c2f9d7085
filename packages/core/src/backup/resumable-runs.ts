import type { AdcsBackupError } from '../errors.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { InterruptedRun } from '../store/chain-data.ts';
import { termsDiffer } from '../store/chain-terms.ts';
import type { ChainTerms, Warning } from '../store/manifest.ts';
import { readRunMap } from '../store/reference-runs.ts';
import { isStoredFault } from '../store/stored-fault.ts';
import { warnOfLoss } from './begin-warnings.ts';
import type { BackupIo } from './io.ts';
import { isTooOld, termsOf } from './terms.ts';

/** Each costs memory for one of its maps, and reading all of them. */
const MAX_INTERRUPTED = 8;

/**
 * Runs that were interrupted after the newest set, newest first: those that stored what this one would. Where signers
 * are trusted, one of them must have signed the first map; the others are held to their signatures as they are read.
 */
export async function resumableRuns(
  interrupted: readonly InterruptedRun[],
  newest: SetEntry | undefined,
  io: BackupIo,
): Promise<readonly InterruptedRun[]> {
  const runs: InterruptedRun[] = [];
  for (const run of interrupted.toReversed()) {
    if (runs.length === MAX_INTERRUPTED) break;
    if (!isAfter(run, newest) || isTooOld(run.chain, io)) continue;
    const terms = await termsStored(run, io);
    if (terms !== undefined && termsDiffer(terms, termsOf(run.chain, io.options)) === undefined) runs.push(run);
  }
  return runs;
}

function isAfter(run: InterruptedRun, set: SetEntry | undefined): boolean {
  return set === undefined || (run.label.text > set.label.text && run.chain >= set.chain);
}

/** By its first map; undefined when there is none that counts. */
async function termsStored({ label, maps: [first] }: InterruptedRun, io: BackupIo): Promise<ChainTerms | undefined> {
  const { trusted, signal } = io.options;
  if (first === undefined) return undefined;
  try {
    return (await readRunMap(io.sinks.group, first, { trusted, signal })).header;
  } catch (error) {
    if (!isStoredFault(error)) throw error;
    if (error.code === 'signature-invalid') io.log.warn(notVerified(label.text, error));
    else warnOfLoss(error.message, io);
    return undefined;
  }
}

function notVerified(label: string, { message }: AdcsBackupError): Warning {
  return {
    code: 'run-not-verified',
    message: `the interrupted run ${label} is not built on: ${message}`,
    hint: 'What the CA still has is stored again. Unless the run is from before signing was switched on, find out who may write to the sink.',
  };
}
