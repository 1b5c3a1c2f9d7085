/** A Windows machine with Node, the built packages and the scripts of this folder. */
import { existsSync, realpathSync } from 'node:fs';
import { copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StandinCa } from '@adcs-backup/standin';
import { type Ended, WineMachine, windowsNode } from '@adcs-backup/wine';

const scripts = ['smoke.ts', 'files.ts', 'ca.ts'] as const;
export type WineScript = (typeof scripts)[number];

const packages = fileURLToPath(new URL('../../../', import.meta.url));

export class NodeMachine {
  readonly #windows: WineMachine;

  private constructor(windows: WineMachine) {
    this.#windows = windows;
  }

  static async create(): Promise<NodeMachine> {
    const windows = await WineMachine.create();
    await installPackages(join(windows.driveC, 'smoke'));
    return new NodeMachine(windows);
  }

  /** Its library is the system's, too. */
  async createCa(): Promise<StandinCa> {
    const ca = await this.#windows.createCa('ca', { databaseBytes: 2 * 1024 * 1024, logCount: 2 });
    await copyFile(ca.library, join(this.#windows.systemDirectory, 'certadm.dll'));
    return ca;
  }

  /** Runs a script of this folder. */
  run(script: WineScript, ...parameters: string[]): Promise<Ended> {
    const options = ['--disable-warning=ExperimentalWarning', `C:\\smoke\\${script}`];
    return this.#windows.run(windowsNode, [...options, ...parameters]);
  }

  /** Runs one of Wine's own programs. */
  wine(...parameters: string[]): Promise<void> {
    return this.#windows.wine(...parameters);
  }

  /** As {@link WineMachine.plugIn}. */
  plugIn(device: string): Promise<void> {
    return this.#windows.plugIn(device);
  }

  remove(): Promise<void> {
    return this.#windows.remove();
  }
}

async function installPackages(folder: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const name of ['koffi', '@koromix/koffi-win32-x64']) {
    const installed = realpathSync(join(packages, 'certadm', 'node_modules', name));
    await cp(installed, join(folder, 'node_modules', name), { recursive: true });
  }
  for (const name of ['certadm', 'core', 'ese']) {
    await copyBuilt(name, join(folder, 'node_modules', '@adcs-backup', name));
  }
  for (const script of scripts) await copyFile(fileURLToPath(new URL(script, import.meta.url)), join(folder, script));
}

async function copyBuilt(name: string, to: string): Promise<void> {
  const from = join(packages, name);
  if (!existsSync(join(from, 'dist', 'index.js'))) {
    throw new Error(`packages/${name} is not built: run "pnpm run build" first`);
  }
  await cp(join(from, 'dist'), join(to, 'dist'), { recursive: true });
  await copyFile(join(from, 'package.json'), join(to, 'package.json'));
}
