import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { newBucket } from './cloud-sink.ts';
import { diesWith } from './dead-endpoint.ts';

describeWithCeph('an endpoint of S3', (access) => {
  diesWith({ endpoint: access.endpoint, open: (options) => newBucket(access, options) });
});
