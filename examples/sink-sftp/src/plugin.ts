import type { SinkPlugin } from '@adcs-backup/core/sink';
import { sftpLocation } from './location.ts';
import { loginOf } from './login.ts';
import { openSftpSink } from './sftp-sink.ts';

/** Folders on SFTP servers, named by `sftp:` URLs. */
export const sinkPlugin: SinkPlugin = {
  sinkApi: 1,
  schemes: ['sftp'],
  summary: 'a folder on an SFTP server',
  urlForm: 'sftp://user@host:port/folder, sftp://user@host/~/folder-in-the-home',
  async open(location, options) {
    return await openSftpSink(sftpLocation(location), { ...options, login: loginOf(process.env) });
  },
};
