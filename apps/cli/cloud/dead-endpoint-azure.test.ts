import { describeWithAzurite } from '@adcs-backup/test-servers/vitest';
import { newContainer } from './cloud-sink.ts';
import { diesWith } from './dead-endpoint.ts';

describeWithAzurite('an endpoint of Azure Blob', (access) => {
  diesWith({ endpoint: access.endpoint, open: (options) => newContainer(access, options) });
});
