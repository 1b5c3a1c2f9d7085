/** What this machine has of Certadm, as data: nothing of the CA is touched. */
import { AdcsBackupError, type ErrorCode } from '@adcs-backup/core';
import { backupPrivilege, chosenLibrary, isWindows, libraryInfo } from './binding/certadm-library.ts';
import { importKoffi, type Koffi } from './binding/koffi.ts';
import { bindExports, openLibrary, requireExports } from './binding/load.ts';
import type { Timed } from './binding/native-call.ts';
import { enablePrivilege } from './windows/privilege.ts';
import { bindTokenApi } from './windows/token-api.ts';

export type PrivilegeState = 'held' | 'missing' | 'not-applicable';

export interface LibraryProbe {
  /** Full path; absent where there is no system library and none was named. */
  readonly path?: string;
  readonly isSystem: boolean;
  readonly version?: string;
  readonly presentExports: readonly string[];
  readonly missingExports: readonly string[];
  /** SeBackupPrivilege; `not-applicable` on other platforms than Windows. */
  readonly privilege: PrivilegeState;
  /** Why the library can't be used: `unsupported-platform`, `library-missing` or `export-missing`. */
  readonly problem?: { readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined };
}

/** Loads the library on the calling thread, looks at its exports, releases it. */
export async function probeLibrary(named: string | undefined, timed: Timed): Promise<LibraryProbe> {
  const nothing: LibraryProbe = {
    isSystem: false,
    presentExports: [],
    missingExports: [],
    privilege: 'not-applicable',
  };
  let probe = nothing;
  try {
    const koffi = await importKoffi();
    const library = chosenLibrary(koffi, named);
    probe = { ...probe, ...library, privilege: probePrivilege(koffi) };
    const native = timed('LoadLibrary', () => openLibrary(koffi, library));
    const bound = bindExports(native);
    timed('FreeLibrary', () => native.unload());
    const exports = { presentExports: Object.keys(bound.functions), missingExports: bound.missing };
    probe = { ...probe, ...libraryInfo(koffi, library), ...exports };
    requireExports(bound, library);
    return probe;
  } catch (error) {
    if (!AdcsBackupError.is(error)) throw error;
    const { code, message, hint } = error;
    return { ...probe, problem: { code, message, hint } };
  }
}

function probePrivilege(koffi: Koffi): PrivilegeState {
  if (!isWindows()) return 'not-applicable';
  /* v8 ignore start -- @preserve on Windows alone; `test:wine` goes this way */
  try {
    enablePrivilege(bindTokenApi(koffi), backupPrivilege)();
    return 'held';
  } catch (error) {
    if (AdcsBackupError.is(error, 'privilege-missing')) {
      return 'missing';
    }
    throw error;
  }
  /* v8 ignore stop -- @preserve */
}
