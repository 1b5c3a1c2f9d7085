/** Where sink packages come from: the command's own installation. The Windows executable replaces this module. */

/** How a package comes to where it is looked for. */
export function installHint(name: string): string {
  return `Install it where adcs-backup is installed: npm install --global ${name}.`;
}

/**
 * Resolved from this file, that is from the CLI's own installation, never from the current folder: the process
 * holds SeBackupPrivilege. As an ESM import, so that NODE_PATH has no say.
 * @throws when the package isn't installed
 */
export function findSinkPackage(name: string): string {
  return import.meta.resolve(name);
}

/** @param found as {@link findSinkPackage} returned it */
export async function importSinkPackage(found: string): Promise<unknown> {
  const exports: unknown = await import(found);
  return exports;
}
