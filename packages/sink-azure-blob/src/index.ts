export { type AzureBlobSinkOptions, openAzureBlobSink } from './azure-blob-sink.ts';
export type { Environment } from './credentials.ts';
export { type AzureBlobLocation, azureBlobLocation } from './location.ts';
export { sinkPlugin } from './plugin.ts';
