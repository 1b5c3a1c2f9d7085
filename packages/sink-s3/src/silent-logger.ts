import type { S3ClientConfig } from '@aws-sdk/client-s3';

/** Without a logger the SDK warns on the console. */
export const silentLogger: NonNullable<S3ClientConfig['logger']> = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
};
