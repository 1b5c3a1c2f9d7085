import type {
  BackupSession,
  CertSrv,
  LibraryInfo,
  LogFolder,
  OpenFile,
  RestoreMap,
  SetType,
  SourceFile,
  SourceFileRole,
} from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import type { ScriptedCa, ScriptedCall } from './scripted-ca.ts';

/**
 * A CA in memory that follows a script, strict about the order of calls. After a run its fields say
 * whether everything that was taken was given back.
 */
export class ScriptedCertSrv implements CertSrv {
  readonly library: LibraryInfo = { path: 'scripted', isSystem: false };
  readonly calls: string[] = [];
  loaded = false;
  sessionOpen = false;
  openFiles = 0;
  truncated = false;
  readonly #script: ScriptedCa;
  /** The script as it is in this session. */
  #ca: ScriptedCa;

  constructor(script: ScriptedCa = {}) {
    this.#script = script;
    this.#ca = script;
  }

  /** For `BackupOptions.openCertSrv`. */
  readonly open = async (): Promise<CertSrv> => {
    await this.#called('load');
    this.loaded = true;
    return this;
  };

  async isServerOnline(): Promise<boolean> {
    await this.#called('isServerOnline');
    return this.#ca.online ?? true;
  }

  async prepareBackup(_server: string, type: SetType): Promise<BackupSession> {
    await this.#called('prepareBackup');
    if (this.sessionOpen) throw new AdcsBackupError('backup-in-progress', 'a session is open', { retryable: true });
    this.#ca = { ...this.#script, ...this.#script.prepare?.(type) };
    this.sessionOpen = true;
    return this.#session(type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.loaded) return;
    this.loaded = false;
    await this.#called('release');
  }

  #session(type: SetType): BackupSession {
    const end = async (): Promise<void> => {
      if (!this.sessionOpen) throw sequenceError('end without a session');
      // However End fails, the handle is gone.
      this.sessionOpen = false;
      await this.#called('end');
    };
    return {
      type,
      databaseLocations: () => this.#answer('databaseLocations', () => this.#restoreMap()),
      databaseFiles: () =>
        this.#answer('databaseFiles', () => {
          if (type === 'logs-only') throw sequenceError('databaseFiles in a session for logs only');
          return this.#filesOf('database');
        }),
      logFiles: () => this.#answer('logFiles', () => this.#filesOf('log')),
      dynamicFiles: () => this.#answer('dynamicFiles', () => Object.keys(this.#ca.dynamicFiles ?? {})),
      openFile: (file) => this.#openFile(file),
      readDynamicFile: (name) => this.#readDynamicFile(name),
      listLogFolder: () => this.#answer('listLogFolder', () => this.#ca.logFolder?.() ?? this.#logFolder()),
      truncateLogs: () =>
        this.#answer('truncateLogs', () => {
          this.truncated = true;
        }),
      end,
      [Symbol.asyncDispose]: async () => {
        if (this.sessionOpen) await end();
      },
    };
  }

  async #answer<T>(call: ScriptedCall, make: () => T): Promise<T> {
    await this.#called(call);
    if (!this.sessionOpen) throw sequenceError(`${call} without a session`);
    if (this.openFiles > 0) throw sequenceError(`${call} with an open file`);
    return make();
  }

  async #called(call: ScriptedCall): Promise<void> {
    const index = this.calls.push(call) - 1;
    await this.#ca.beforeCall?.(call, index);
  }

  async #openFile(file: SourceFile): Promise<OpenFile> {
    await this.#answer('openFile', () => undefined);
    const content = this.#contentsOf(file.role)[file.name];
    if (content === undefined) throw sequenceError(`no file ${file.name}`);
    this.openFiles += 1;
    let position = 0;
    let isOpen = true;
    const close = async (): Promise<void> => {
      if (!isOpen) return;
      isOpen = false;
      this.openFiles -= 1;
      await this.#called('close');
    };
    const read = async (into: Uint8Array): Promise<number> => {
      if (position === content.length) return 0;
      const part = content.subarray(position, position + Math.min(into.length, this.#ca.readBytes ?? into.length));
      into.set(part);
      position += part.length;
      await this.#called('read');
      return part.length;
    };
    const sizeBytes = content.length + (this.#ca.sizeLieBytes ?? 0);
    return { file, sizeBytes, read, close, [Symbol.asyncDispose]: close };
  }

  async *#readDynamicFile(name: string): AsyncGenerator<Uint8Array, void, undefined> {
    await this.#called('readDynamicFile');
    const content = this.#ca.dynamicFiles?.[name];
    if (content === undefined) throw new AdcsBackupError('source-unreadable', `no dynamic file ${name}`);
    yield content.subarray(0, 1000);
    await this.#called('readDynamicFile');
    yield content.subarray(1000);
  }

  #contentsOf(role: SourceFileRole): Readonly<Record<string, Uint8Array>> {
    return (role === 'database' ? this.#ca.databases : this.#ca.logs) ?? {};
  }

  #filesOf(role: SourceFileRole): SourceFile[] {
    return Object.keys(this.#contentsOf(role)).map((name) => ({ role, name, path: `\\\\ca01\\C$\\CertLog\\${name}` }));
  }

  #restoreMap(): RestoreMap {
    const path = `\\\\ca01\\C$\\CertLog\\${this.#ca.caName ?? 'Test CA'}.edb`;
    return { entries: [{ kind: 'database', path }], raw: Buffer.from(`D${path}\0\0`, 'utf16le') };
  }

  #logFolder(): LogFolder {
    const logCount = this.truncated ? 0 : Object.keys(this.#ca.logs ?? {}).length;
    return {
      readable: true,
      path: 'C:\\CertLog',
      logCount,
      logBytes: logCount * 1024 ** 2,
      freeBytes: 1024 ** 3,
      volumeBytes: 1024 ** 3,
    };
  }
}

function sequenceError(message: string): AdcsBackupError {
  return new AdcsBackupError('certsrv-failed', message);
}
