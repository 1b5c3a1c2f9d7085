import type { SinkPlugin } from '@adcs-backup/core/sink';
import { s3UrlForm } from './location.ts';
import { openS3Sink } from './s3-sink.ts';

/** Buckets of Amazon S3 and of servers that speak S3, named by `s3:` URLs. */
export const sinkPlugin: SinkPlugin = {
  sinkApi: 1,
  schemes: ['s3'],
  summary: 'a bucket of Amazon S3 or of a server that speaks S3',
  urlForm: s3UrlForm,
  async open(location, options) {
    return await openS3Sink(location, options);
  },
};
