export type { S3Credentials } from './client.ts';
export { type S3Location, s3Location } from './location.ts';
export { sinkPlugin } from './plugin.ts';
export { openS3Sink, type S3SinkOptions } from './s3-sink.ts';
