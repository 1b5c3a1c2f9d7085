import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, FaultProxy, type SeenRequest } from '@adcs-backup/test-servers';
import { expect, onTestFinished } from 'vitest';
import type { Place } from '../test/place.ts';
import { backUp, type ToldBackup } from '../test/told-backup.ts';
import type { CloudSink } from './cloud-sink.ts';

/** Faults between the command and a store, and what must hold whatever they are. */

export type Requests = (request: SeenRequest) => boolean;

export const lists: Requests = ({ method, path }) => method === 'GET' && /[?&](list-type=2|comp=list)\b/.test(path);

export const reads: Requests = (request) => request.method === 'GET' && !lists(request);

/** Puts of these keys; S3's clients add a query. */
export function puts(key: RegExp): Requests {
  return ({ method, path }) => method === 'PUT' && key.test(path.replace(/\?.*$/, ''));
}

export const packs: Requests = puts(/\/pack-/);
export const manifests: Requests = puts(/\/sets\/.*-(full|logs-only)\.json$/);

/** As S3 and Azure say what is wrong: with any status, also 200. */
export function errorAnswer(status: number, code: string, details: string = ''): Fault {
  const told = `<Code>${code}</Code><Message>made up</Message>${details}`;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${told}</Error>`;
  return { kind: 'answer', status, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code }, body };
}

/** For one test. */
export async function newProxy(endpoint: string): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(endpoint);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

export interface HarmedBackup extends ToldBackup {
  /** Whether the CA was asked for a session. */
  readonly hasBegun: boolean;
}

/**
 * A backup that tells everything it can, and truncates if it may. Whatever became of it: no secret is in what it
 * printed and logged, the CA's session is ended, no log is gone without a sound set, and a set that doesn't exist
 * is not there.
 */
export async function backUpHarmed(place: Place, store: CloudSink, ...flags: string[]): Promise<HarmedBackup> {
  const logFile = join(place.folder, 'log.txt');
  const begunBefore = (await place.ca.report()).sessions.begun;
  const run = await backUp(place, '--truncate-logs', '--verbose', '--log-file', logFile, ...flags);
  const output = `${JSON.stringify(run.lines)}${run.stderr}${await readFile(logFile, 'utf8')}`;
  for (const secret of store.secrets) expect(output).not.toContain(secret);
  const { sessions } = await place.ca.report();
  expect(sessions.left).toBe(0);
  const hasBegun = sessions.begun > begunBefore;
  if (run.told.sealed === undefined) {
    expect(run.isTruncated).toBe(false);
    expect(run.logsAfter).toEqual(expect.arrayContaining([...run.logsBefore]));
  }
  return { ...run, hasBegun };
}
