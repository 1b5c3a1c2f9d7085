/** Runs as a Windows process: does what a backup does, and tells what became of process and CA as one line of JSON. */
import { createHash } from 'node:crypto';
import { defaultServerName, exitNow, openCertSrv, probeCertadm } from '@adcs-backup/certadm';
import koffi from 'koffi';

const system32 = 'C:\\windows\\system32';
const kernel32 = koffi.load(`${system32}\\kernel32.dll`);
const advapi32 = koffi.load(`${system32}\\advapi32.dll`);
const ole32 = koffi.load(`${system32}\\ole32.dll`);

const closeHandle = kernel32.func('int32_t __stdcall CloseHandle(void *handle)');
const getCurrentProcess = kernel32.func('void * __stdcall GetCurrentProcess()');
const getLastError = kernel32.func('uint32_t __stdcall GetLastError()');
const getModuleHandle = kernel32.func('void * __stdcall GetModuleHandleW(const char16_t *path)');
const openProcessToken = advapi32.func(
  'int32_t __stdcall OpenProcessToken(void *process, uint32_t access, _Out_ void **token)',
);
const lookupPrivilege = advapi32.func(
  'int32_t __stdcall LookupPrivilegeValueW(void *system, const char16_t *name, _Out_ void *luid)',
);
const privilegeCheck = advapi32.func(
  'int32_t __stdcall PrivilegeCheck(void *token, _Inout_ void *privileges, _Out_ int32_t *result)',
);
const getApartmentType = ole32.func(
  'int32_t __stdcall CoGetApartmentType(_Out_ int32_t *type, _Out_ int32_t *qualifier)',
);

/** PRIVILEGE_SET of one entry: count, PRIVILEGE_SET_ALL_NECESSARY, LUID, attributes. */
function isPrivilegeEnabled(name: string): boolean {
  const privileges = new Uint8Array(20);
  const view = new DataView(privileges.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, 1, true);
  lookupPrivilege(null, name, privileges.subarray(8, 16));
  const token: [bigint | null] = [null];
  openProcessToken(getCurrentProcess(), 0x8, token);
  const result: [number] = [0];
  privilegeCheck(token[0], privileges, result);
  closeHandle(token[0]);
  return result[0] !== 0;
}

function processState(library: string): object {
  const apartment: [number] = [-1];
  return {
    privilege: isPrivilegeEnabled('SeBackupPrivilege'),
    // 0x800401F0, CO_E_NOTINITIALIZED, as long as no thread of the process has a multithreaded apartment (1).
    com: (getApartmentType(apartment, [0]) >>> 0).toString(16),
    apartment: apartment[0],
    isLoaded: getModuleHandle(library) !== null,
  };
}

/** Whether GetLastError answers for the koffi call before it, whatever Node did in between. */
function lastErrors(): readonly number[] {
  return ['SeNoSuchPrivilege', 'SeBackupPrivilege'].map((name) => {
    const succeeded = lookupPrivilege(null, name, new Uint8Array(8));
    kernel32.func('uint32_t __stdcall GetCurrentThreadId()');
    createHash('sha256').update(name).digest();
    return succeeded === 0 ? getLastError() : 0;
  });
}

async function backUp(library: string): Promise<object> {
  const before = processState(library);
  const certSrv = await openCertSrv({ library });
  const during = processState(library);
  const isOnline = await certSrv.isServerOnline(defaultServerName());
  const session = await certSrv.prepareBackup(defaultServerName(), 'full');
  const restoreMap = await session.databaseLocations();
  const files: { name: string; sizeBytes: number; bytes: number; sha256: string }[] = [];
  for (const listFiles of [() => session.databaseFiles(), () => session.logFiles()]) {
    for (const source of await listFiles()) {
      const file = await session.openFile(source);
      const hash = createHash('sha256');
      const into = new Uint8Array(new SharedArrayBuffer(512 * 1024));
      let bytes = 0;
      for (let length = await file.read(into); length > 0; length = await file.read(into)) {
        hash.update(into.subarray(0, length));
        bytes += length;
      }
      await file.close();
      files.push({ name: source.name, sizeBytes: file.sizeBytes, bytes, sha256: hash.digest('hex') });
    }
  }
  const logFolder = await session.listLogFolder();
  const dynamicFiles = await session.dynamicFiles();
  const dynamic: string[] = [];
  for (const name of dynamicFiles) {
    const hash = createHash('sha256');
    for await (const chunk of session.readDynamicFile(name)) {
      hash.update(chunk);
    }
    dynamic.push(hash.digest('hex'));
  }
  await session.end();
  await certSrv[Symbol.asyncDispose]();
  const kinds = restoreMap.entries.map((entry) => entry.kind);
  return { before, during, after: processState(library), isOnline, kinds, files, logFolder, dynamicFiles, dynamic };
}

async function hang(library: string): Promise<never> {
  const certSrv = await openCertSrv({ library, stallTimeoutMs: 100, onStall: () => exitNow(70) });
  await certSrv.isServerOnline(defaultServerName());
  throw new Error('nothing hung');
}

const [mode, library = ''] = process.argv.slice(2);
const facts =
  mode === 'hang'
    ? await hang(library)
    : {
        lastErrors: lastErrors(),
        system: await probeCertadm(),
        other: await probeCertadm({ library: `${system32}\\version.dll` }),
        backup: await backUp(library),
      };
process.stdout.write(`${JSON.stringify(facts)}\n`);
