import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CaShape, createCa, type StandinCa } from '@adcs-backup/standin';
import { onTestFinished } from 'vitest';
import { cli } from './run-cli.ts';

/** Temporary folders with a stand-in CA and a sink, for one test. */

const smallCa: CaShape = { name: 'Test CA', databaseBytes: 256 * 1024, logCount: 1, checkpointLag: 1 };

/** A new folder, removed after the test. */
export async function newFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'adcs-backup-cli-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Place {
  readonly folder: string;
  readonly sink: string;
  readonly ca: StandinCa;
  /** `backup <sink> --certadm <stand-in>`. */
  readonly backup: readonly string[];
  /** What commands need to reach the sink, such as credentials. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A CA and an empty sink. */
export async function newPlace(shape: CaShape = {}): Promise<Place> {
  const folder = await newFolder();
  const sink = join(folder, 'sink');
  await mkdir(sink);
  const ca = await createCa(join(folder, 'ca'), { ...smallCa, ...shape });
  return { folder, sink, ca, backup: ['backup', sink, '--certadm', ca.library] };
}

export interface FilledPlace extends Place {
  readonly label: string;
}

/** A CA and a sink that holds one set of it. */
export async function newFilledPlace(shape: CaShape = {}): Promise<FilledPlace> {
  const place = await newPlace(shape);
  const { exitCode, stdout, stderr } = await cli(place.backup);
  const label = /^Set (\S+) is sealed and sound\.$/m.exec(stdout)?.[1];
  if (exitCode !== 0 || label === undefined) throw new Error(`the backup ended with ${exitCode}: ${stderr}`);
  return { ...place, label };
}

/** `text` with everything that differs from run to run replaced by a word. */
export function normalised(text: string, place: Place): string {
  return text
    .replaceAll(place.folder, '/tmp/place')
    .replaceAll(place.folder.replaceAll('/', '\\'), '\\tmp\\place')
    .replaceAll(/\\\\[^\\\s]+\\C\$/g, '\\\\HOST\\C$')
    .replaceAll(/(Services of )\S+/g, '$1HOST')
    .replaceAll(/(, server | \d+\.\d+\.\d+ on )\S+$/gm, '$1HOST')
    .replaceAll(/^( {2}stored +).*%/gm, '$1STORED')
    .replaceAll(/\d{8}T\d{6}Z-logs-only/g, 'LOGS-ONLY-LABEL')
    .replaceAll(/\d{8}T\d{6}Z-full/g, 'LABEL')
    .replaceAll(/\d{8}T\d{6}Z/g, 'CHAIN')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'UTC-TIME')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+05:30/g, 'LOCAL-TIME')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replaceAll(/\d+\.\d+ GiB of \d+\.\d+ GiB free/g, 'FREE')
    .replaceAll(/\b\d+\.\d s\b/g, 'DURATION')
    .replaceAll(/process \d+/g, 'process PID')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'SHA-256')
    .replaceAll(/ +$/gm, '');
}
