export { type DiskSinkOptions, openDiskSink } from './disk-sink.ts';
export type { FileSystem } from './file-system.ts';
export type { MakeFolder } from './folders.ts';
export { diskLocation } from './location.ts';
export { sinkPlugin } from './plugin.ts';
