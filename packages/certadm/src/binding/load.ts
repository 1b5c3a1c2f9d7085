/** Steps 1 and 2: loads the library, then binds all of its backup exports at once. */
import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import type { Koffi, NativeLibrary } from './koffi.ts';
import { type LibraryPath, libraryMissing, requireLibrary } from './library-path.ts';
import { type CertadmFunctions, type ExportName, exportNames, prototypes } from './prototypes.ts';

export interface BoundExports {
  readonly functions: Partial<CertadmFunctions>;
  readonly missing: readonly ExportName[];
}

/** @throws `library-missing` when there is no such file, or when it can't be loaded */
export function openLibrary(koffi: Koffi, library: LibraryPath): NativeLibrary {
  requireLibrary(library);
  try {
    return koffi.load(library.path);
  } catch (error) {
    throw libraryMissing(library, messageOf(error).toLowerCase(), error);
  }
}

/** Binds what is there: calls nothing. */
export function bindExports(native: NativeLibrary): BoundExports {
  const functions: { -readonly [Name in ExportName]?: CertadmFunctions[Name] } = {};
  const missing: ExportName[] = [];
  for (const name of exportNames) {
    try {
      functions[name] = native.func(prototypes[name]);
    } catch {
      // koffi tells a missing export by an exception without a code; the caller gets the name.
      missing.push(name);
    }
  }
  return { functions, missing };
}

/** @throws `export-missing`, naming all that are missing */
export function requireExports(bound: BoundExports, library: LibraryPath): CertadmFunctions {
  if (!isComplete(bound.functions)) {
    const names = bound.missing.join(', ');
    throw new AdcsBackupError('export-missing', `${library.path} has no export ${names}`, {
      hint: 'Use the Certadm.dll of a supported Windows Server; other programs may carry a file of the same name.',
    });
  }
  return bound.functions;
}

function isComplete(functions: Partial<CertadmFunctions>): functions is CertadmFunctions {
  return exportNames.every((name) => name in functions);
}
