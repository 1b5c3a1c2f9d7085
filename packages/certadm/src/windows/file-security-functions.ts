/** The functions of Windows for rights on files, with the types of their prototypes. */
import type { Koffi } from '../binding/koffi.ts';
import { loadSystemLibrary } from './system-library.ts';

/** A pointer that Windows fills in. */
type PointerOut = [bigint];
type NumberOut = [number];

/** Functions answer 0 for a failure, but `createFile`. */
export interface FileSecurityFunctions {
  readonly lastError: () => number;
  readonly localFree: (memory: bigint) => bigint;
  readonly closeHandle: (handle: bigint) => number;
  readonly driveType: (root: string) => number;
  readonly createFolder: (path: string, attributes: Uint8Array) => number;
  readonly createFile: (
    path: string,
    ...options: [access: number, share: number, attributes: Uint8Array, how: number, flags: number, template: null]
  ) => bigint;
  readonly fileSecurity: (
    path: string,
    ...options: [wanted: number, descriptor: Uint8Array | null, bytes: number, needed: NumberOut]
  ) => number;
  readonly descriptorFromText: (sddl: string, revision: number, descriptor: PointerOut, bytes: null) => number;
  readonly currentProcess: () => bigint;
  readonly openToken: (process: bigint, access: number, token: PointerOut) => number;
  readonly tokenInformation: (
    token: bigint,
    ...options: [what: number, information: Uint8Array, bytes: number, needed: NumberOut]
  ) => number;
  readonly sidFromText: (text: string, sid: PointerOut) => number;
  readonly lookUpAccount: (
    system: null,
    sid: bigint,
    ...answers: [name: Uint8Array, nameSize: NumberOut, domain: Uint8Array, domainSize: NumberOut, use: NumberOut]
  ) => number;
}

export function bindFileSecurityFunctions(koffi: Koffi): FileSecurityFunctions {
  const kernel32 = loadSystemLibrary(koffi, 'kernel32.dll');
  const advapi32 = loadSystemLibrary(koffi, 'advapi32.dll');
  return {
    lastError: kernel32.func('uint32_t __stdcall GetLastError()'),
    localFree: kernel32.func('void * __stdcall LocalFree(void *memory)'),
    closeHandle: kernel32.func('int32_t __stdcall CloseHandle(void *handle)'),
    driveType: kernel32.func('uint32_t __stdcall GetDriveTypeW(const char16_t *root)'),
    createFolder: kernel32.func('int32_t __stdcall CreateDirectoryW(const char16_t *path, const void *attributes)'),
    createFile: kernel32.func(
      'void * __stdcall CreateFileW(const char16_t *path, uint32_t access, uint32_t share, const void *attributes, uint32_t how, uint32_t flags, void *template)',
    ),
    fileSecurity: advapi32.func(
      'int32_t __stdcall GetFileSecurityW(const char16_t *path, uint32_t wanted, _Out_ void *descriptor, uint32_t bytes, _Out_ uint32_t *needed)',
    ),
    descriptorFromText: advapi32.func(
      'int32_t __stdcall ConvertStringSecurityDescriptorToSecurityDescriptorW(const char16_t *sddl, uint32_t revision, _Out_ void **descriptor, void *bytes)',
    ),
    currentProcess: kernel32.func('void * __stdcall GetCurrentProcess()'),
    openToken: advapi32.func('int32_t __stdcall OpenProcessToken(void *process, uint32_t access, _Out_ void **token)'),
    tokenInformation: advapi32.func(
      'int32_t __stdcall GetTokenInformation(void *token, int32_t what, _Out_ void *information, uint32_t bytes, _Out_ uint32_t *needed)',
    ),
    sidFromText: advapi32.func('int32_t __stdcall ConvertStringSidToSidW(const char16_t *text, _Out_ void **sid)'),
    lookUpAccount: advapi32.func(
      'int32_t __stdcall LookupAccountSidW(const char16_t *system, void *sid, _Out_ void *name, _Inout_ uint32_t *nameSize, _Out_ void *domain, _Inout_ uint32_t *domainSize, _Out_ int32_t *use)',
    ),
  };
}
