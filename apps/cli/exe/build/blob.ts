import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programs } from './bundle.ts';

const execute = promisify(execFile);

/**
 * What Node runs in a single executable, made by the Linux Node of the same version.
 * @param folder with the bundled programs; all paths are told from there, since they end up in the blob
 */
export async function seaBlob(folder: string): Promise<Uint8Array> {
  const [main, ...others] = Object.keys(programs).map((name) => `${name}.cjs`);
  const configuration = {
    main,
    output: 'sea.blob',
    disableExperimentalSEAWarning: true,
    // Both would be of the building machine's kind.
    useSnapshot: false,
    useCodeCache: false,
    // NODE_OPTIONS could make the process run other programs, and it holds SeBackupPrivilege.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    execArgvExtension: 'none',
    assets: Object.fromEntries(others.map((name) => [name, name])),
  };
  await writeFile(join(folder, 'sea.json'), JSON.stringify(configuration));
  await execute(process.execPath, ['--experimental-sea-config', 'sea.json'], { cwd: folder });
  return await readFile(join(folder, 'sea.blob'));
}
