export type { SftpLocation } from './location.ts';
export type { Login } from './login.ts';
export { sinkPlugin } from './plugin.ts';
export { openSftpSink, type SftpSinkOptions } from './sftp-sink.ts';
