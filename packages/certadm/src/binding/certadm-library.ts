/** The library with all that must be in place around it, taken and given back in order. */
import type { LibraryInfo } from '@adcs-backup/core';
import { runAll, unwind } from '../first-error.ts';
import { initializeCom } from '../windows/com.ts';
import { fileVersion } from '../windows/file-version.ts';
import { enablePrivilege } from '../windows/privilege.ts';
import { systemDirectory } from '../windows/system-library.ts';
import { bindTokenApi } from '../windows/token-api.ts';
import { importKoffi, type Koffi } from './koffi.ts';
import { type LibraryPath, libraryPath, requireLibrary } from './library-path.ts';
import { bindExports, openLibrary, requireExports } from './load.ts';
import { NativeCalls, type Timed } from './native-call.ts';
import type { ReadMemory } from './native-session.ts';

export interface CertadmLibrary {
  readonly info: LibraryInfo;
  readonly calls: NativeCalls;
  readonly readMemory: ReadMemory;
  /** After this no function of the library may be called: that would crash the process. */
  release(): Promise<void>;
}

export const backupPrivilege = 'SeBackupPrivilege';

/** @param named path of another library than the system's Certadm.dll */
export async function loadCertadm(named: string | undefined, timed: Timed): Promise<CertadmLibrary> {
  const koffi = await importKoffi();
  const library = chosenLibrary(koffi, named);
  requireLibrary(library);
  /** What was taken, the last first. */
  const releases: (() => void)[] = [];
  try {
    /* v8 ignore if -- @preserve on Windows alone; `test:wine` goes this way */
    if (isWindows()) {
      releases.unshift(enablePrivilege(bindTokenApi(koffi), backupPrivilege));
      releases.unshift(initializeCom(koffi, timed));
    }
    const native = timed('LoadLibrary', () => openLibrary(koffi, library));
    releases.unshift(() => timed('FreeLibrary', () => native.unload()));
    const calls = new NativeCalls(requireExports(bindExports(native), library), timed);
    return {
      info: libraryInfo(koffi, library),
      calls,
      readMemory: memoryReader(koffi),
      release: () => runAll(releases),
    };
  } catch (error) {
    return await unwind(error, releases);
  }
}

/** @throws `unsupported-platform` when none is named, elsewhere than on Windows */
export function chosenLibrary(koffi: Koffi, named: string | undefined): LibraryPath {
  /* v8 ignore next -- @preserve on Windows alone; `test:wine` goes this way */
  return libraryPath(named, isWindows() ? systemDirectory(koffi) : undefined);
}

export function isWindows(): boolean {
  return process.platform === 'win32';
}

export function libraryInfo(koffi: Koffi, library: LibraryPath): LibraryInfo {
  /* v8 ignore if -- @preserve on Windows alone; `test:wine` goes this way */
  if (isWindows()) {
    const version = fileVersion(koffi, library.path);
    return version === undefined ? library : { ...library, version };
  }
  return library;
}

function memoryReader(koffi: Koffi): ReadMemory {
  return (pointer, sizeBytes) => koffi.decode(pointer, 'uint8', sizeBytes);
}
