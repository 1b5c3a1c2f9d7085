import type { AdcsBackupError } from '../errors.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { InterruptedRun } from '../store/chain-data.ts';
import { termsDiffer } from '../store/chain-terms.ts';
import type { ChainTerms, Warning } from '../store/manifest.ts';
import { readRunMap } from '../store/reference-runs.ts';
import { isStoredFault } from '../store/stored-fault.ts';
import { storedDataLost } from './begin-warnings.ts';
import type { CountingSets } from './counting-sets.ts';
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
  { counting, others }: CountingSets,
  io: BackupIo,
): Promise<readonly InterruptedRun[]> {
  const newest = counting.at(-1);
  // Of a set that doesn't count the operator was told.
  const told = new Set(others.map(({ label }) => label.text));
  const runs: InterruptedRun[] = [];
  for (const run of interrupted.toReversed()) {
    if (runs.length === MAX_INTERRUPTED) break;
    if (!isAfter(run, newest) || isTooOld(run.chain, io)) continue;
    const { terms, warning } = await termsStored(run, io);
    if (warning !== undefined && !told.has(run.label.text)) io.log.warn(warning);
    if (terms !== undefined && termsDiffer(terms, termsOf(run.chain, io.options)) === undefined) runs.push(run);
  }
  return runs;
}

function isAfter(run: InterruptedRun, set: SetEntry | undefined): boolean {
  return set === undefined || (run.label.text > set.label.text && run.chain >= set.chain);
}

/** What its first map says, or what is wrong with that. */
interface StoredTerms {
  readonly terms?: ChainTerms;
  readonly warning?: Warning;
}

async function termsStored({ label, maps: [first] }: InterruptedRun, io: BackupIo): Promise<StoredTerms> {
  const { trusted, signal } = io.options;
  if (first === undefined) return {};
  try {
    return { terms: (await readRunMap(io.sinks.group, first, { trusted, signal })).header };
  } catch (error) {
    if (!isStoredFault(error)) throw error;
    return {
      warning: error.code === 'signature-invalid' ? notVerified(label.text, error) : storedDataLost(error.message),
    };
  }
}

function notVerified(label: string, { message }: AdcsBackupError): Warning {
  return {
    code: 'run-not-verified',
    message: `the interrupted run ${label} is not built on: ${message}`,
    hint: 'What the CA still has is stored again. Unless the run is from before signing was switched on, find out who may write to the sink.',
  };
}
