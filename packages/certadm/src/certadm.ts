/** The port `CertSrv` over the session's thread. */
import { AdcsBackupError, type BackupSession, type CertSrv, type LibraryInfo, type SetType } from '@adcs-backup/core';
import { runAll } from './first-error.ts';
import { CertadmSession } from './session.ts';
import type { SessionThread } from './thread/session-thread.ts';

export class Certadm implements CertSrv {
  readonly library: LibraryInfo;
  readonly #thread: SessionThread;
  #session: CertadmSession | undefined;
  #released: Promise<void> | undefined;

  constructor(thread: SessionThread, library: LibraryInfo) {
    this.#thread = thread;
    this.library = library;
  }

  isServerOnline(server: string): Promise<boolean> {
    return this.#thread.request('isServerOnline', server);
  }

  async prepareBackup(server: string, type: SetType): Promise<BackupSession> {
    if (this.#session?.isOpen) {
      throw new AdcsBackupError('internal', 'a backup session is already open');
    }
    await this.#thread.request('prepareBackup', { server, type });
    this.#session = new CertadmSession(this.#thread, server, type);
    return this.#session;
  }

  /** Ends the session if nobody did, then releases the library, COM and the privilege. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#released ??= runAll([() => this.#session?.[Symbol.asyncDispose](), () => this.#thread.release()]);
    return this.#released;
  }
}
