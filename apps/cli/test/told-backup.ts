import { readdir } from 'node:fs/promises';
import type { StandinCa } from '@adcs-backup/standin';
import { newPlace, type Place } from './place.ts';
import { cli, type JsonObject, jsonLines } from './run-cli.ts';

/** Backups of a CA with a past, and everything that was told of them and done to the CA. */

export interface ToldBackup {
  /** What happened, in short. */
  readonly told: Told;
  readonly lines: readonly JsonObject[];
  /** What people read besides the result. */
  readonly stderr: string;
  /** The line of the result; without fields when there is none. */
  readonly ended: JsonObject;
  /** Numbers of the closed logs on the CA's disk. */
  readonly logsBefore: readonly number[];
  readonly logsAfter: readonly number[];
  /** Whether CertSrvBackupTruncateLogs was called. */
  readonly isTruncated: boolean;
}

interface Told {
  readonly exitCode: number | null;
  /** Type of the sealed set, and whether it is sound. */
  readonly sealed?: string;
  /** Codes, without repetitions. */
  readonly found?: readonly unknown[];
  readonly warnings?: readonly unknown[];
  readonly error?: unknown;
  /** Why it is not logs only. */
  readonly fullSince?: unknown;
}

/** Runs `backup` with these flags. */
export async function backUp({ backup, ca, env = {} }: Place, ...flags: string[]): Promise<ToldBackup> {
  const logsBefore = await closedLogs(ca);
  const callsBefore = await truncations(ca);
  const { exitCode, stdout, stderr } = await cli([...backup, ...flags, '--json'], { env });
  const lines = jsonLines(stdout);
  const ended = lines.find(({ type }) => type === 'backup-ended') ?? {};
  return {
    told: { exitCode, ...toldIn(lines) },
    lines,
    stderr,
    ended,
    logsBefore,
    logsAfter: await closedLogs(ca),
    isTruncated: (await truncations(ca)) > callsBefore,
  };
}

function toldIn(lines: readonly JsonObject[]): Omit<Told, 'exitCode'> {
  const all = (type: string, field: string): unknown[] => [
    ...new Set(lines.filter((line) => line['type'] === type).map((line) => line[field])),
  ];
  const [ended] = lines.filter(({ type }) => type === 'backup-ended');
  const [found, warnings] = [all('content-found', 'code'), all('warning', 'code')];
  const [error, fullSince] = [all('error', 'code')[0], all('full-chosen', 'reason')[0]];
  return {
    ...(ended === undefined ? {} : { sealed: `${ended['setType']}, ${ended['sound'] === true ? 'sound' : 'suspect'}` }),
    ...(found.length === 0 ? {} : { found }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(error === undefined ? {} : { error }),
    ...(fullSince === undefined ? {} : { fullSince }),
  };
}

/** A CA with a sound full set that truncated, and certificates issued since. */
export async function newPast(): Promise<Place> {
  const place = await newPlace();
  const { told } = await backUp(place, '--truncate-logs');
  if (told.exitCode !== 0) throw new Error(`the first backup ended with ${told.exitCode}`);
  await place.ca.issueCertificates({ changedPages: 3, logs: 2 });
  return place;
}

/** Labels in the sink, oldest first. */
export async function labelsIn({ sink, env = {} }: Place): Promise<readonly string[]> {
  const { stdout } = await cli(['list', sink, '--json'], { env });
  return jsonLines(stdout).flatMap(({ label }) => (typeof label === 'string' ? label : []));
}

async function closedLogs({ logFolder }: StandinCa): Promise<readonly number[]> {
  const names = await readdir(logFolder);
  return names.flatMap((name) => {
    const [, generation] = /^edb([0-9a-f]{5,8})\.log$/i.exec(name) ?? [];
    return generation === undefined ? [] : Number.parseInt(generation, 16);
  });
}

async function truncations(ca: StandinCa): Promise<number> {
  const { calls } = await ca.report();
  return calls.filter(({ name }) => name === 'CertSrvBackupTruncateLogs').length;
}
