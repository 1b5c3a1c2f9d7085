import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BackupSink } from '@adcs-backup/core/sink';
import { onTestFinished } from 'vitest';
import { openS3Sink, type S3SinkOptions } from '../src/index.ts';

/** A server that answers as it is told: for what no real server does when asked. */

export interface Asked {
  readonly method: string;
  /** Path and query, decoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
}

/** What to answer; undefined: nothing, ever. */
export type Script = (asked: Asked) => Answer | undefined;

export interface ScriptedSink {
  readonly sink: BackupSink;
  readonly asked: readonly Asked[];
}

export const testCredentials = {
  accessKeyId: 'AKIDTEST',
  secretAccessKey: 'canary-secret-key',
  sessionToken: 'canary-token',
};

/** Opens a sink on such a server; both end with the test. */
export async function openScripted(
  script: Script,
  options: S3SinkOptions & { readonly query?: string } = {},
): Promise<ScriptedSink> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then(
      (body) => {
        const { method = '', url = '', headers } = request;
        const seen = { method, path: decodeURIComponent(url), headers, body };
        asked.push(seen);
        reply(response, script(seen));
      },
      () => undefined,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { query = '', ...rest } = options;
  const location = `s3://bucket/ca01?endpoint=http://127.0.0.1:${port}&region=eu-test-1${query}`;
  const sink = await openS3Sink(location, { credentials: testCredentials, ...rest });
  onTestFinished(async () => {
    await sink[Symbol.asyncDispose]();
    server.close();
    server.closeAllConnections();
  });
  return { sink, asked };
}

function reply(response: ServerResponse, answer: Answer | undefined): void {
  if (answer === undefined) return;
  const { status, headers = {}, body = '' } = answer;
  if (body instanceof Readable) {
    body.pipe(response.writeHead(status, headers));
    return;
  }
  const length = 'transfer-encoding' in headers ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...length, ...headers }).end(body);
}

/** An error as S3 tells it. */
export function s3Failure(status: number, code: string, more = ''): Answer {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said so</Message>${more}</Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

/** One page of a listing. */
export function listing(keys: readonly string[], next?: string): Answer {
  const contents = keys.map(
    (key) =>
      `<Contents><Key>${key}</Key><Size>3</Size><LastModified>2026-11-22T08:00:00.000Z</LastModified></Contents>`,
  );
  const more = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
  const truncated = `<IsTruncated>${next !== undefined}</IsTruncated>`;
  return {
    status: 200,
    body: `<ListBucketResult><Name>bucket</Name>${truncated}${more}${contents.join('')}</ListBucketResult>`,
  };
}

const etag = '"00000000000000000000000000000000"';

/** A bucket without objects, which keeps the condition: enough for puts. */
export function emptyBucket(): Script {
  const stored = new Set<string>();
  return ({ method, path }) => {
    if (method !== 'PUT') return listing([]);
    if (stored.has(path)) return s3Failure(412, 'PreconditionFailed');
    stored.add(path);
    return { status: 200, headers: { etag } };
  };
}
