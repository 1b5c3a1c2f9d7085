import { type CliResult, cli, jsonLines } from '../test/run-cli.ts';
import type { Digests, GoldenCa } from './golden-ca.ts';

/** A set of a golden repository. */
export interface GoldenSet {
  readonly label: string;
  readonly chain: string;
  readonly files: Digests;
}

/** A sink, and the flags that everything in it is stored with. */
export interface GoldenSink {
  readonly folder: string;
  readonly flags: readonly string[];
}

/** Two chains: a full set, logs, a run that was interrupted, a full set that builds on it; then a full set and logs. */
export async function storeGolden(ca: GoldenCa, sink: GoldenSink): Promise<readonly GoldenSet[]> {
  const full = async (...flags: readonly string[]): Promise<GoldenSet> => {
    return { ...(await backUp(ca, sink, flags)), files: await ca.restoreOfFull() };
  };
  const logsOnly = async (): Promise<GoldenSet> => {
    return { ...(await backUp(ca, sink, ['--type', 'logs-only'])), files: await ca.restoreOfLogsOnly() };
  };
  const sets = [await full('--truncate-logs')];
  await ca.issue({ changedPages: 3 });
  sets.push(await logsOnly());
  await ca.issue({ changedPages: 5, appendedPages: 17 });
  await interrupt(ca, sink);
  await ca.issue({ changedPages: 2 });
  sets.push(await full());
  sets.push(await full('--truncate-logs', '--new-chain'));
  await ca.issue({ changedPages: 4 });
  sets.push(await logsOnly());
  await ca.issue({ appendedPages: 2 });
  sets.push(await logsOnly());
  return sets;
}

async function backUp(ca: GoldenCa, sink: GoldenSink, flags: readonly string[]): Promise<Omit<GoldenSet, 'files'>> {
  await ca.forgetSession();
  const result = await run(ca, sink, [sink.folder, ...flags]);
  const { label, chain, sound } = jsonLines(result.stdout).find(({ type }) => type === 'backup-ended') ?? {};
  if (result.exitCode !== 0 || typeof label !== 'string' || typeof chain !== 'string' || sound !== true) {
    throw new Error(`a backup ended with ${result.exitCode}: ${result.stderr}${result.stdout}`);
  }
  return { label, chain };
}

/** The manifest can't be put: all that is before it stays. */
async function interrupt(ca: GoldenCa, { folder, flags }: GoldenSink): Promise<void> {
  const url = `faulty://${folder}?method=put&key=full%5C.json%24&code=sink-denied`;
  const { exitCode, stderr } = await run(ca, { folder, flags }, [url, '--sink-package', 'adcs-backup-sink-faulty']);
  if (exitCode !== 13) throw new Error(`a backup that was to fail ended with ${exitCode}: ${stderr}`);
}

async function run(ca: GoldenCa, { flags }: GoldenSink, args: readonly string[]): Promise<CliResult> {
  return await cli(['backup', ...args, '--certadm', ca.library, ...flags, '--json']);
}
