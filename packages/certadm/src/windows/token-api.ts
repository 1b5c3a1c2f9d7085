/** The token functions of advapi32, bound. */
import { AdcsBackupError } from '@adcs-backup/core';
import type { Koffi } from '../binding/koffi.ts';
import type { TokenApi } from './privilege.ts';
import { loadSystemLibrary } from './system-library.ts';

const tokenAdjustPrivileges = 0x20;
const tokenQuery = 0x8;

export function bindTokenApi(koffi: Koffi): TokenApi {
  const functions = bindFunctions(koffi);
  /**
   * Windows keeps the last error per thread, and V8 or libuv may overwrite it between two calls. koffi
   * saves it right after each native call and puts it back before the next one of the same thread
   * (interp.cc, WRAP), so GetLastError called through koffi answers for the koffi call before it.
   */
  const lastError = (): number => functions.getLastError();
  const required = (name: string, succeeded: number): void => {
    if (succeeded === 0) {
      throw new AdcsBackupError('access-denied', `${name} failed: Windows error ${lastError()}`);
    }
  };
  return {
    open() {
      const token: [bigint] = [0n];
      const access = tokenAdjustPrivileges | tokenQuery;
      required('OpenProcessToken', functions.openProcessToken(functions.getCurrentProcess(), access, token));
      return token[0];
    },
    close: (token) => required('CloseHandle', functions.closeHandle(token)),
    lookUp(privilege) {
      const luid = new Uint8Array(8);
      required('LookupPrivilegeValueW', functions.lookupPrivilegeValue(null, privilege, luid));
      return luid;
    },
    adjust(token, newState, previousState) {
      const size = previousState.byteLength;
      const succeeded = functions.adjustTokenPrivileges(token, 0, newState, size, previousState, [0]);
      const error = lastError();
      if (succeeded === 0) {
        throw new AdcsBackupError('access-denied', `AdjustTokenPrivileges failed: Windows error ${error}`);
      }
      return error;
    },
  };
}

interface TokenFunctions {
  readonly getLastError: () => number;
  readonly getCurrentProcess: () => bigint;
  readonly closeHandle: (handle: bigint) => number;
  readonly openProcessToken: (process: bigint, access: number, token: [bigint]) => number;
  readonly lookupPrivilegeValue: (system: null, name: string, luid: Uint8Array) => number;
  readonly adjustTokenPrivileges: (
    token: bigint,
    disableAll: number,
    newState: Uint8Array,
    previousBytes: number,
    previousState: Uint8Array,
    returnedBytes: [number],
  ) => number;
}

function bindFunctions(koffi: Koffi): TokenFunctions {
  const kernel32 = loadSystemLibrary(koffi, 'kernel32.dll');
  const advapi32 = loadSystemLibrary(koffi, 'advapi32.dll');
  return {
    getLastError: kernel32.func('uint32_t __stdcall GetLastError()'),
    getCurrentProcess: kernel32.func('void * __stdcall GetCurrentProcess()'),
    closeHandle: kernel32.func('int32_t __stdcall CloseHandle(void *handle)'),
    openProcessToken: advapi32.func(
      'int32_t __stdcall OpenProcessToken(void *process, uint32_t access, _Out_ void **token)',
    ),
    lookupPrivilegeValue: advapi32.func(
      'int32_t __stdcall LookupPrivilegeValueW(const char16_t *system, const char16_t *name, _Out_ void *luid)',
    ),
    adjustTokenPrivileges: advapi32.func(
      'int32_t __stdcall AdjustTokenPrivileges(void *token, int32_t disableAll, const void *newState, uint32_t previousBytes, _Out_ void *previousState, _Out_ uint32_t *returnedBytes)',
    ),
  };
}
