/** The state of a service, asked of Windows' service manager. */
import { AdcsBackupError } from '@adcs-backup/core';
import type { Koffi } from '../binding/koffi.ts';
import { loadSystemLibrary } from './system-library.ts';

/** SERVICE_STATUS.dwCurrentState from 1 on. */
const states = ['stopped', 'starting', 'stopping', 'running', 'continuing', 'pausing', 'paused'] as const;
export type ServiceState = (typeof states)[number] | 'missing';

const [connect, queryStatus, statusProcessInfo] = [0x1, 0x4, 0];
const statusBytes = 36;
const serviceDoesNotExist = 1060;

type Open = (where: bigint | null, name: string | null, access: number) => bigint;

/** @throws `access-denied` when Windows doesn't tell */
export function serviceState(koffi: Koffi, name: string): ServiceState {
  const kernel32 = loadSystemLibrary(koffi, 'kernel32.dll');
  const advapi32 = loadSystemLibrary(koffi, 'advapi32.dll');
  const lastError: () => number = kernel32.func('uint32_t __stdcall GetLastError()');
  const closeHandle = advapi32.func('int32_t __stdcall CloseServiceHandle(void *handle)');
  const openManager: (...names: [null, null, number]) => bigint = advapi32.func(
    'void * __stdcall OpenSCManagerW(const char16_t *machine, const char16_t *database, uint32_t access)',
  );
  const openService: Open = advapi32.func(
    'void * __stdcall OpenServiceW(void *manager, const char16_t *name, uint32_t access)',
  );
  const query = advapi32.func(
    'int32_t __stdcall QueryServiceStatusEx(void *service, int32_t what, _Out_ void *status, uint32_t size, _Out_ uint32_t *needed)',
  );
  const refused = (): AdcsBackupError =>
    new AdcsBackupError('access-denied', `the state of the service ${name} is not told: Windows error ${lastError()}`);
  const manager = openManager(null, null, connect);
  if (!manager) throw refused();
  try {
    const service = openService(manager, name, queryStatus);
    if (!service && lastError() === serviceDoesNotExist) return 'missing';
    if (!service) throw refused();
    try {
      const status = Buffer.alloc(statusBytes);
      const succeeded: number = query(service, statusProcessInfo, status, statusBytes, [0]);
      const state = states[status.readUInt32LE(4) - 1];
      if (succeeded === 0 || state === undefined) throw refused();
      return state;
    } finally {
      closeHandle(service);
    }
  } finally {
    closeHandle(manager);
  }
}
