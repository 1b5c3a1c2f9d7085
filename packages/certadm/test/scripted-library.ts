import { NativeCalls } from '../src/binding/native-call.ts';
import type { ReadMemory } from '../src/binding/native-session.ts';
import type {
  CertadmFunctions,
  CheckedExport,
  ExportParameters,
  Hcsbc,
  ListExport,
  ListPointer,
} from '../src/binding/prototypes.ts';

export const handle: Hcsbc = 0xfffffffffffffff0n as Hcsbc;

export interface Script {
  readonly handle?: null;
  readonly list?: { readonly pointer: bigint | null; readonly sizeBytes: number };
  readonly fileSize?: number | bigint;
  /** What each read answers, 0 after the last. */
  readonly reads?: readonly number[];
  /** HRESULTs by function. */
  readonly failing?: Readonly<Partial<Record<CheckedExport, number>>>;
}

/** Certadm's exports as a script: for answers that no real library gives. */
export class ScriptedLibrary {
  readonly calls: string[] = [];
  readonly handles: Hcsbc[] = [];
  readonly prepared: (string | number)[][] = [];
  readonly freed: bigint[] = [];
  readonly nativeCalls: NativeCalls;
  readonly #script: Script;
  readonly #reads: number[];

  constructor(script: Script) {
    this.#script = script;
    this.#reads = [...(script.reads ?? [])];
    this.nativeCalls = new NativeCalls(this.#functions(), (name, call) => {
      this.calls.push(name);
      return call();
    });
  }

  readonly readMemory: ReadMemory = (_pointer, sizeBytes) => new Uint8Array(sizeBytes).fill(0x41);

  #functions(): CertadmFunctions {
    const onHandle =
      (name: CheckedExport) =>
      (session: Hcsbc): number =>
        this.#answer(name, () => this.handles.push(session));
    const list =
      (name: ListExport) =>
      (...[session, pointer, sizeBytes]: ExportParameters[ListExport]): number =>
        this.#answer(name, () => {
          this.handles.push(session);
          pointer[0] = (this.#script.list?.pointer ?? null) as ListPointer | null;
          sizeBytes[0] = this.#script.list?.sizeBytes ?? 0;
        });
    return {
      CertSrvIsServerOnlineW: (_server, online) => this.#answer('CertSrvIsServerOnlineW', () => (online[0] = 1)),
      CertSrvBackupPrepareW: (...[server, grbitJet, flags, session]) =>
        this.#answer('CertSrvBackupPrepareW', () => {
          this.prepared.push([server, grbitJet, flags]);
          session[0] = this.#script.handle === undefined ? handle : null;
        }),
      CertSrvRestoreGetDatabaseLocationsW: list('CertSrvRestoreGetDatabaseLocationsW'),
      CertSrvBackupGetDatabaseNamesW: list('CertSrvBackupGetDatabaseNamesW'),
      CertSrvBackupOpenFileW: (...[session, , , sizeBytes]) =>
        this.#answer('CertSrvBackupOpenFileW', () => {
          this.handles.push(session);
          sizeBytes[0] = this.#script.fileSize ?? 0;
        }),
      CertSrvBackupRead: (...[session, , , bytesRead]) =>
        this.#answer('CertSrvBackupRead', () => {
          this.handles.push(session);
          bytesRead[0] = this.#reads.shift() ?? 0;
        }),
      CertSrvBackupClose: onHandle('CertSrvBackupClose'),
      CertSrvBackupGetBackupLogsW: list('CertSrvBackupGetBackupLogsW'),
      CertSrvBackupTruncateLogs: onHandle('CertSrvBackupTruncateLogs'),
      CertSrvBackupGetDynamicFileListW: list('CertSrvBackupGetDynamicFileListW'),
      CertSrvBackupEnd: onHandle('CertSrvBackupEnd'),
      CertSrvBackupFree: (pointer) => {
        this.freed.push(pointer);
      },
    };
  }

  #answer(name: CheckedExport, succeed: () => unknown): number {
    const hresult = this.#script.failing?.[name];
    if (hresult !== undefined) {
      return hresult | 0;
    }
    succeed();
    return 0;
  }
}
