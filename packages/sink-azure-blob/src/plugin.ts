import type { SinkPlugin } from '@adcs-backup/core/sink';
import { openAzureBlobSink } from './azure-blob-sink.ts';
import { azureBlobLocation } from './location.ts';

/** Containers of Azure Blob Storage, named by `azblob:` URLs. */
export const sinkPlugin: SinkPlugin = {
  sinkApi: 1,
  schemes: ['azblob'],
  summary: 'a container of Azure Blob Storage',
  urlForm: 'azblob://account/container/prefix?endpoint=…&tier=…',
  async open(location, options) {
    return await openAzureBlobSink({ ...azureBlobLocation(location), signal: options?.signal });
  },
};
