import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { S3Handler } from './handler.ts';
import type { S3Location } from './location.ts';
import { silentLogger } from './silent-logger.ts';

export type S3Credentials = NonNullable<S3ClientConfig['credentials']>;

/** Makes the SDK's client, which asks no server yet. */
export function s3Client(location: S3Location, credentials: S3Credentials | undefined): S3Client {
  const client = new S3Client({
    ...(credentials === undefined ? {} : { credentials }),
    ...regionOf(location),
    ...(location.endpoint === undefined ? {} : { endpoint: location.endpoint }),
    forcePathStyle: location.forcePathStyle,
    requestHandler: new S3Handler(),
    logger: silentLogger,
    // Core retries, and nobody else.
    maxAttempts: 1,
    // Bodies carry checksums that we made; others would be trailers, which older servers refuse.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Together with an agent of our own the SDK sends the header and doesn't wait.
    expectContinueHeader: false,
    // Else whether a wrong clock is refused depends on what was asked before.
    disableClockSkewCorrection: true,
  });
  addHeaders(client);
  return client;
}

/** Other servers mostly don't care; the SDK can't do without one. */
function regionOf({ region, endpoint }: S3Location): Pick<S3ClientConfig, 'region'> {
  if (region !== undefined) return { region };
  if (endpoint === undefined) return {};
  return { region: process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1' };
}

/**
 * The signature covers the digest of the body, which the SDK would leave out for streams: taken from the checksum's
 * header. Every server that checks signatures then refuses a body that was changed on the way.
 *
 * Checksums are asked for by their header: asked for by the SDK's option, it would compute them again.
 */
function addHeaders(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const headers: unknown = Reflect.get(Object(args.request), 'headers');
        const checksum: unknown = Reflect.get(Object(headers), 'x-amz-checksum-sha256');
        if (typeof checksum === 'string') {
          Reflect.set(Object(headers), 'x-amz-content-sha256', Buffer.from(checksum, 'base64').toString('hex'));
        }
        if (commandName === 'GetObjectCommand') Reflect.set(Object(headers), 'x-amz-checksum-mode', 'ENABLED');
        return await next(args);
      },
    { step: 'build', name: 'addHeaders' },
  );
}
