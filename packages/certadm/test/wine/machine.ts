/** A Windows machine of its own: a Wine prefix with the built packages and a stand-in CA. */
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCa, type StandinCa } from '@adcs-backup/standin';
import { execute, root, windowsNode } from './tools.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const scripts = ['smoke.ts', 'files.ts', 'ca.ts'] as const;
export type WineScript = (typeof scripts)[number];

export class WineMachine {
  readonly #folder: string;
  readonly #driveC: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#driveC = join(folder, 'prefix', 'drive_c');
    this.#environment = { ...process.env, WINEPREFIX: join(folder, 'prefix'), WINEDEBUG: '-all', WINEARCH: 'win64' };
  }

  static async create(): Promise<WineMachine> {
    // Outside the checkout: a prefix links to /, where tools that search would follow.
    const machine = new WineMachine(await mkdtemp(join(tmpdir(), 'certadm-wine-')));
    await machine.wine('wineboot', '-i');
    // Node refuses the default version; with win10, connections to loopback fail.
    await machine.wine('reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win81', '/f');
    await installPackages(join(machine.#driveC, 'smoke'));
    return machine;
  }

  /** On drive C, so that its admin-share paths mean the same files to Wine; its library is the system's, too. */
  async createCa(): Promise<StandinCa> {
    const shape = { databaseBytes: 2 * 1024 * 1024, logCount: 2, target: 'windows' } as const;
    const ca = await createCa(join(this.#driveC, 'ca'), shape);
    await copyFile(ca.library, join(this.#driveC, 'windows', 'system32', 'certadm.dll'));
    return ca;
  }

  /** Runs a script of this folder. Node needs files, not pipes, as its standard streams here. */
  async run(script: WineScript, ...parameters: string[]): Promise<Ended> {
    const [out, err] = [join(this.#folder, 'stdout.txt'), join(this.#folder, 'stderr.txt')];
    const command = 'exec wine "$NODE_EXE" "$@" </dev/null >"$OUT" 2>"$ERR"';
    const options = ['--disable-warning=ExperimentalWarning', `C:\\smoke\\${script}`, ...parameters];
    const env = { ...this.#environment, NODE_EXE: windowsNode(), OUT: out, ERR: err };
    const code = await execute('sh', ['-c', command, 'sh', ...options], { env }).then(() => 0, exitCodeOf);
    return { code, stdout: await readFile(out, 'utf8'), stderr: await readFile(err, 'utf8') };
  }

  /** Ends what Wine keeps running for this prefix, and removes everything. */
  async remove(): Promise<void> {
    const code = await execute('wineserver', ['-k'], { env: this.#environment }).then(() => 0, exitCodeOf);
    // 1: nothing runs any more.
    if (code > 1) {
      throw new Error(`wineserver -k ended with ${code}`);
    }
    await rm(this.#folder, { recursive: true, maxRetries: 5 });
  }

  /** Runs one of Wine's own programs. */
  async wine(...parameters: string[]): Promise<void> {
    await execute('wine', parameters, { env: this.#environment });
  }
}

function exitCodeOf(error: unknown): number {
  return error instanceof Error && 'code' in error ? Number(error.code) : -1;
}

async function installPackages(folder: string): Promise<void> {
  await mkdir(folder);
  await installKoffi(folder);
  for (const name of ['certadm', 'core', 'ese']) {
    await copyBuilt(name, join(folder, 'node_modules', '@adcs-backup', name));
  }
  for (const script of scripts) await copyFile(fileURLToPath(new URL(script, import.meta.url)), join(folder, script));
}

/** koffi with its Windows binary, which a package manager on Linux leaves out unless asked. */
async function installKoffi(folder: string): Promise<void> {
  const own = JSON.parse(await readFile(join(root, 'packages', 'certadm', 'package.json'), 'utf8'));
  const dependencies = { koffi: own.dependencies.koffi };
  const manifest = { name: 'smoke', private: true, type: 'module', dependencies };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const platform = ['supportedArchitectures:', '  os: [win32]', '  cpu: [x64]'];
  const lines = [...platform, 'nodeLinker: hoisted', 'pmOnFail: ignore', 'allowBuilds:', '  koffi: false', ''];
  await writeFile(join(folder, 'pnpm-workspace.yaml'), lines.join('\n'));
  await execute('pnpm', ['install', '--no-frozen-lockfile'], { cwd: folder });
}

async function copyBuilt(name: string, to: string): Promise<void> {
  const from = join(root, 'packages', name);
  if (!existsSync(join(from, 'dist', 'index.js'))) {
    throw new Error(`packages/${name} is not built: run "pnpm run build" first`);
  }
  await cp(join(from, 'dist'), join(to, 'dist'), { recursive: true });
  await copyFile(join(from, 'package.json'), join(to, 'package.json'));
}
