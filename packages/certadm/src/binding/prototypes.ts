/** The twelve backup exports of Certadm.dll: their C prototypes, exact types on our side. */

declare const hcsbc: unique symbol;
declare const listPointer: unique symbol;

/** The session handle of CertSrvBackupPrepareW, opaque. */
export type Hcsbc = bigint & { readonly [hcsbc]: true };
/** A list that the library allocated; freed with CertSrvBackupFree. */
export type ListPointer = bigint & { readonly [listPointer]: true };
/** An output parameter: the call puts its result into the one place. */
export type Out<Value> = [Value];

type List = [session: Hcsbc, list: Out<ListPointer | null>, sizeBytes: Out<number>];

/** What each export takes. Everything but CertSrvBackupFree returns an HRESULT. */
export interface ExportParameters {
  CertSrvIsServerOnlineW: [server: string, online: Out<number>];
  CertSrvBackupPrepareW: [server: string, grbitJet: number, flags: number, session: Out<Hcsbc | null>];
  CertSrvRestoreGetDatabaseLocationsW: List;
  CertSrvBackupGetDatabaseNamesW: List;
  CertSrvBackupOpenFileW: [session: Hcsbc, name: string, readHintBytes: number, sizeBytes: Out<number | bigint>];
  CertSrvBackupRead: [session: Hcsbc, buffer: Uint8Array, bufferBytes: number, bytesRead: Out<number>];
  CertSrvBackupClose: [session: Hcsbc];
  CertSrvBackupGetBackupLogsW: List;
  CertSrvBackupTruncateLogs: [session: Hcsbc];
  CertSrvBackupGetDynamicFileListW: List;
  CertSrvBackupEnd: [session: Hcsbc];
  CertSrvBackupFree: [list: ListPointer];
}

export type ExportName = keyof ExportParameters;
export type CheckedExport = Exclude<ExportName, 'CertSrvBackupFree'>;
export type ListExport = { [Name in ExportName]: ExportParameters[Name] extends List ? Name : never }[ExportName];

export type CheckedFunctions = {
  readonly [Name in CheckedExport]: (...parameters: ExportParameters[Name]) => number;
};
export type CertadmFunctions = CheckedFunctions & {
  readonly CertSrvBackupFree: (...parameters: ExportParameters['CertSrvBackupFree']) => void;
};

/** From Certbcli.h. No type is named here: koffi's named types are global to the process. */
export const prototypes: Readonly<Record<ExportName, string>> = {
  CertSrvIsServerOnlineW: 'int32_t __stdcall CertSrvIsServerOnlineW(const char16_t *server, _Out_ int32_t *online)',
  CertSrvBackupPrepareW:
    'int32_t __stdcall CertSrvBackupPrepareW(const char16_t *server, uint32_t grbit, uint32_t flags, _Out_ void **hbc)',
  CertSrvRestoreGetDatabaseLocationsW:
    'int32_t __stdcall CertSrvRestoreGetDatabaseLocationsW(void *hbc, _Out_ void **list, _Out_ uint32_t *size)',
  CertSrvBackupGetDatabaseNamesW:
    'int32_t __stdcall CertSrvBackupGetDatabaseNamesW(void *hbc, _Out_ void **list, _Out_ uint32_t *size)',
  CertSrvBackupOpenFileW:
    'int32_t __stdcall CertSrvBackupOpenFileW(void *hbc, const char16_t *name, uint32_t hint, _Out_ int64_t *size)',
  CertSrvBackupRead:
    'int32_t __stdcall CertSrvBackupRead(void *hbc, _Out_ void *buffer, uint32_t size, _Out_ uint32_t *read)',
  CertSrvBackupClose: 'int32_t __stdcall CertSrvBackupClose(void *hbc)',
  CertSrvBackupGetBackupLogsW:
    'int32_t __stdcall CertSrvBackupGetBackupLogsW(void *hbc, _Out_ void **list, _Out_ uint32_t *size)',
  CertSrvBackupTruncateLogs: 'int32_t __stdcall CertSrvBackupTruncateLogs(void *hbc)',
  CertSrvBackupGetDynamicFileListW:
    'int32_t __stdcall CertSrvBackupGetDynamicFileListW(void *hbc, _Out_ void **list, _Out_ uint32_t *size)',
  CertSrvBackupEnd: 'int32_t __stdcall CertSrvBackupEnd(void *hbc)',
  CertSrvBackupFree: 'void __stdcall CertSrvBackupFree(void *list)',
};

export const exportNames: readonly ExportName[] = Object.keys(prototypes).filter(isExportName);

function isExportName(name: string): name is ExportName {
  return name in prototypes;
}
