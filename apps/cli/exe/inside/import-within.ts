import { registerHooks } from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';
import { AdcsBackupError } from '@adcs-backup/core';

/** Packages from one folder: whatever they import in turn comes from there, too. */

type Importer = (name: string) => Promise<unknown>;

/**
 * @param folder full path, links resolved; packages lie in its node_modules
 * @param check of each file before it is loaded: what it throws, an import rejects with
 * @returns imports a package by its name; rejects with `invalid-configuration` when that needs a file from elsewhere
 */
export function importerWithin(folder: string, check: (path: string) => void): Importer {
  guard(folder, check);
  // A single executable's own import() knows only what is built in: this is Node's, as if from a file in the folder.
  const script = new Script('(name) => import(name)', {
    filename: join(folder, 'importer.mjs'),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const importer: Importer = script.runInThisContext();
  return importer;
}

/**
 * Node looks for a package in each folder up to the drive's root, where any user may create one: so each file is
 * looked at before it is loaded, once its name is known, with links resolved.
 */
function guard(folder: string, check: (path: string) => void): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      if (resolved.url.startsWith('file:')) {
        const path = fileURLToPath(resolved.url);
        if (!path.startsWith(folder + sep)) throw strayed(path, folder);
        check(path);
      }
      return resolved;
    },
  });
}

function strayed(path: string, folder: string): AdcsBackupError {
  return new AdcsBackupError('invalid-configuration', `a sink package would load ${path}, which is not in ${folder}`, {
    hint: 'Install the package together with all that it depends on, as npm install --prefix does.',
  });
}
