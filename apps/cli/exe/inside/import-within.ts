import { realpathSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';
import { AdcsBackupError } from '@adcs-backup/core';
import { requireClosed } from './require-closed.ts';

/** Packages from one folder: whatever they import in turn comes from there, too. */

const guarded = new Set<string>();

/**
 * Imports a package that lies in `folder`/node_modules.
 * @throws `access-denied` when others than administrators may change a file that it loads
 * @throws `invalid-configuration` when it would load a file from another folder
 */
export async function importWithin(folder: string, name: string): Promise<unknown> {
  const real = realpathSync(folder);
  if (!guarded.has(real)) guard(real);
  guarded.add(real);
  // A single executable's own import() knows only what is built in: this is Node's, as if from a file in the folder.
  const script = new Script('(name) => import(name)', {
    filename: join(real, 'importer.mjs'),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const importer: (name: string) => Promise<unknown> = script.runInThisContext();
  return await importer(name);
}

/**
 * Node looks for a package in each folder up to the drive's root, where any user may create one: so each file is
 * looked at before it is loaded, once its name is known.
 */
function guard(folder: string): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      if (resolved.url.startsWith('file:')) requireWithin(folder, fileURLToPath(resolved.url));
      return resolved;
    },
  });
}

function requireWithin(folder: string, path: string): void {
  if (!path.startsWith(folder + sep)) {
    throw new AdcsBackupError('invalid-configuration', `a sink package would load ${path}, from outside of ${folder}`, {
      hint: 'Install the package together with all that it depends on: npm does, with --prefix.',
    });
  }
  requireClosed(folder, path);
}
