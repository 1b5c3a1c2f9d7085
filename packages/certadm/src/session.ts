/** The port `BackupSession` over the session's thread. */
import {
  AdcsBackupError,
  type BackupSession,
  type LogFolder,
  messageOf,
  type OpenFile,
  type RestoreMap,
  type SetType,
  type SourceFile,
} from '@adcs-backup/core';
import { decodeDatabaseFiles, decodeDynamicFiles, decodeLogFiles, decodeRestoreMap } from './binding/lists.ts';
import type { ListExport } from './binding/prototypes.ts';
import { readFileChunks } from './files/dynamic-file.ts';
import { logFolderOf } from './files/log-folder.ts';
import { serverPath } from './files/server-path.ts';
import { attachOrThrow, runAll } from './first-error.ts';
import { CertadmFile } from './open-file.ts';
import { SessionRequests } from './session-requests.ts';
import type { SessionThread } from './thread/session-thread.ts';

export class CertadmSession implements BackupSession {
  readonly type: SetType;
  readonly #requests: SessionRequests;
  readonly #server: string;
  /** Paths that Certadm listed: nothing else can be opened. */
  readonly #listed: Set<string> = new Set();
  #isOpen: boolean = true;
  #file: CertadmFile | undefined;
  #restoreMap: RestoreMap | undefined;

  constructor(thread: SessionThread, server: string, type: SetType) {
    this.#requests = new SessionRequests(thread);
    this.#server = server;
    this.type = type;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  async databaseLocations(): Promise<RestoreMap> {
    this.#restoreMap = await this.#list('CertSrvRestoreGetDatabaseLocationsW', decodeRestoreMap);
    return this.#restoreMap;
  }

  async databaseFiles(): Promise<readonly SourceFile[]> {
    return this.#remember(await this.#list('CertSrvBackupGetDatabaseNamesW', decodeDatabaseFiles));
  }

  async logFiles(): Promise<readonly SourceFile[]> {
    return this.#remember(await this.#list('CertSrvBackupGetBackupLogsW', decodeLogFiles));
  }

  async openFile(file: SourceFile): Promise<OpenFile> {
    this.#requireOpen();
    this.#requireListed(file.path);
    if (this.#file?.isOpen) {
      throw new AdcsBackupError('internal', `${file.path} can't be opened while ${this.#file.file.path} is open`);
    }
    this.#file = new CertadmFile(this.#requests, file, await this.#requests.request('openFile', file.path));
    return this.#file;
  }

  async dynamicFiles(): Promise<readonly string[]> {
    const names = await this.#list('CertSrvBackupGetDynamicFileListW', decodeDynamicFiles);
    for (const name of names) {
      this.#listed.add(name);
    }
    return names;
  }

  async *readDynamicFile(name: string): AsyncIterable<Uint8Array> {
    this.#requireOpen();
    this.#requireListed(name);
    yield* readFileChunks(serverPath(name, this.#server));
  }

  async truncateLogs(): Promise<void> {
    this.#requireOpen();
    await this.#requests.request('truncateLogs', undefined);
  }

  async listLogFolder(): Promise<LogFolder> {
    this.#requireOpen();
    try {
      return await logFolderOf(this.#restoreMap ?? (await this.databaseLocations()), this.#server);
    } catch (error) {
      return { readable: false, path: '', reason: messageOf(error) };
    }
  }

  async end(): Promise<void> {
    this.#requireOpen();
    await this.#end('complete');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) {
      return;
    }
    const first = this.#requests.failure;
    try {
      await this.#end('abandoned');
    } catch (error) {
      attachOrThrow(first, error);
    }
  }

  async #end(as: 'complete' | 'abandoned'): Promise<void> {
    this.#isOpen = false;
    await runAll([() => this.#file?.[Symbol.asyncDispose](), () => this.#requests.request('endSession', as)]);
  }

  #requireOpen(): void {
    if (!this.#isOpen) {
      throw new AdcsBackupError('internal', 'the backup session was ended');
    }
  }

  #requireListed(path: string): void {
    if (!this.#listed.has(path)) {
      throw new AdcsBackupError('internal', `${path} is in no list of this session`);
    }
  }

  async #list<List>(name: ListExport, decode: (raw: Uint8Array) => List): Promise<List> {
    this.#requireOpen();
    return decode(await this.#requests.request('readList', name));
  }

  #remember(files: readonly SourceFile[]): readonly SourceFile[] {
    for (const file of files) {
      this.#listed.add(file.path);
    }
    return files;
  }
}
