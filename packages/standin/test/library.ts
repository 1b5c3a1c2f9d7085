import koffi from 'koffi';

/** The library as a program sees it: plain calls, HRESULTs as unsigned numbers. */
export interface Library {
  isServerOnline(server: string): { hresult: number; online: number };
  prepare(server: string, type: 1 | 2, options?: number): { hresult: number; handle: bigint };
  locations(handle: bigint): ListAnswer;
  databaseNames(handle: bigint): ListAnswer;
  backupLogs(handle: bigint): ListAnswer;
  dynamicFiles(handle: bigint): ListAnswer;
  openFile(handle: bigint, name: string): { hresult: number; sizeBytes: number };
  read(handle: bigint, into: Uint8Array, sizeBytes?: number): { hresult: number; got: number };
  close(handle: bigint): number;
  truncate(handle: bigint): number;
  end(handle: bigint): number;
  free(buffer: bigint): void;
  /** Does what a caller must not: changes the byte at this offset of a list's buffer. */
  overwrite(buffer: bigint, offset: number): void;
  unload(): void;
}

export interface ListAnswer {
  readonly hresult: number;
  readonly buffer: bigint;
  readonly sizeBytes: number;
  /** The raw bytes as text, tags and NULs in it. */
  readonly text: string;
}

type Native = (...values: unknown[]) => number;

/** Binds all twelve exports of a stand-in. */
export function loadLibrary(path: string): Library {
  const library = koffi.load(path);
  const bind = (name: string, ...types: string[]): Native => library.func(name, 'int32', types);
  const listTypes = ['void *', '_Out_ void **', '_Out_ uint32 *'];
  const isOnline = bind('CertSrvIsServerOnlineW', 'str16', '_Out_ int32 *');
  const prepare = bind('CertSrvBackupPrepareW', 'str16', 'uint32', 'uint32', '_Out_ void **');
  const openFile = bind('CertSrvBackupOpenFileW', 'void *', 'str16', 'uint32', '_Out_ int64 *');
  const read = bind('CertSrvBackupRead', 'void *', 'void *', 'uint32', '_Out_ uint32 *');
  const [close, truncate, end] = ['Close', 'TruncateLogs', 'End'].map((name) => bind(`CertSrvBackup${name}`, 'void *'));
  const free = library.func('CertSrvBackupFree', 'void', ['void *']);
  return {
    isServerOnline: (server) => outOf('online', (online) => isOnline(server, online)),
    prepare: (server, type, options = 0) => {
      const [handle, hresult] = out(0n, (into) => prepare(server, options, type, into));
      return { hresult, handle };
    },
    locations: listCall(bind('CertSrvRestoreGetDatabaseLocationsW', ...listTypes)),
    databaseNames: listCall(bind('CertSrvBackupGetDatabaseNamesW', ...listTypes)),
    backupLogs: listCall(bind('CertSrvBackupGetBackupLogsW', ...listTypes)),
    dynamicFiles: listCall(bind('CertSrvBackupGetDynamicFileListW', ...listTypes)),
    openFile: (handle, name) => outOf('sizeBytes', (size) => openFile(handle, name, 0, size)),
    read: (handle, into, sizeBytes = into.length) => outOf('got', (got) => read(handle, into, sizeBytes, got)),
    close: (handle) => unsigned(close?.(handle)),
    truncate: (handle) => unsigned(truncate?.(handle)),
    end: (handle) => unsigned(end?.(handle)),
    free: (buffer) => void free(buffer),
    overwrite: (buffer, offset) => {
      const bytes = new Uint8Array(koffi.view(buffer, offset + 1));
      bytes[offset] = 0;
    },
    unload: () => library.unload(),
  };
}

function listCall(native: Native): (handle: bigint) => ListAnswer {
  return (handle) => {
    const buffer: [bigint | null] = [null];
    const [sizeBytes, hresult] = out(0, (size) => native(handle, buffer, size));
    const address = buffer[0] ?? 0n;
    const bytes = address === 0n ? Buffer.alloc(0) : Buffer.from(koffi.view(address, sizeBytes));
    return { hresult, buffer: address, sizeBytes, text: bytes.toString('utf16le') };
  };
}

function outOf<Name extends string>(
  name: Name,
  call: (into: [number]) => number,
): { hresult: number } & Record<Name, number> {
  const [value, hresult] = out(0, call);
  return { hresult, [name]: Number(value) } as { hresult: number } & Record<Name, number>;
}

function out<Value>(initial: Value, call: (into: [Value]) => number): [Value, number] {
  const into: [Value] = [initial];
  const hresult = unsigned(call(into));
  return [into[0], hresult];
}

function unsigned(hresult: number | undefined): number {
  return (hresult ?? 0) >>> 0;
}
