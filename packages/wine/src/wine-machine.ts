/** A Windows machine of its own: a Wine prefix. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CaShape, StandinCa } from '@adcs-backup/standin';
import { execute } from './tools.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Path of this machine, below {@link WineMachine.driveC}; default: drive C itself. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How long the program may take, default two minutes: what hangs is ended, and its test fails. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 120_000;

export class WineMachine {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<WineMachine> {
    // Outside the checkout: a prefix links to /, where tools that search would follow.
    const machine = new WineMachine(await mkdtemp(join(tmpdir(), 'adcs-backup-wine-')));
    try {
      await machine.wine('wineboot', '-i');
      // Node refuses the default version; with win10, connections to loopback fail.
      await machine.wine('reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win81', '/f');
    } catch (error) {
      await machine.remove();
      throw error;
    }
    return machine;
  }

  /** The machine that another process of the tests created. */
  static at(folder: string): WineMachine {
    return new WineMachine(folder);
  }

  /** Where drive C lies on this machine. */
  get driveC(): string {
    return join(this.folder, 'prefix', 'drive_c');
  }

  get systemDirectory(): string {
    return join(this.driveC, 'windows', 'system32');
  }

  /** On drive C, so that its admin-share paths mean the same files to Wine. */
  async createCa(name: string, shape: CaShape = {}): Promise<StandinCa> {
    // Not sooner: vitest's own process, which creates machines, resolves no sources.
    const { createCa } = await import('@adcs-backup/standin');
    return await createCa(join(this.driveC, name), { ...shape, target: 'windows' });
  }

  /** Runs a Windows program to its end. Node needs files, not pipes, as its standard streams here. */
  async run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const streams = join(this.folder, 'streams', randomUUID());
    await mkdir(streams, { recursive: true });
    const [out, err] = [join(streams, 'stdout.txt'), join(streams, 'stderr.txt')];
    const command = 'exec wine "$@" </dev/null >"$OUT" 2>"$ERR"';
    const env = { ...this.#environment, ...options.env, OUT: out, ERR: err };
    const cwd = options.cwd ?? this.driveC;
    const timeout = options.timeoutMs ?? defaultTimeoutMs;
    const ended = execute('sh', ['-c', command, 'sh', program, ...args], { cwd, env, timeout });
    const code = await ended.then(() => 0, exitCodeOf);
    return { code, stdout: await readFile(out, 'utf8'), stderr: await readFile(err, 'utf8') };
  }

  /** Runs one of Wine's own programs. */
  async wine(...args: readonly string[]): Promise<void> {
    await execute('wine', args, { env: this.#environment });
  }

  /**
   * Plugs in a disk, empty: another drive, `e:`, or a share of another computer, `unc/nas/share`. Wine finds both among
   * its devices; nothing speaks SMB.
   */
  async plugIn(device: string): Promise<void> {
    const [disk, link] = [join(this.folder, 'disks', device), join(this.folder, 'prefix', 'dosdevices', device)];
    await mkdir(disk, { recursive: true });
    await mkdir(dirname(link), { recursive: true });
    await symlink(disk, link);
  }

  /** Ends what Wine keeps running for this prefix, and removes everything. */
  async remove(): Promise<void> {
    const code = await execute('wineserver', ['-k'], { env: this.#environment }).then(() => 0, exitCodeOf);
    // 1: nothing runs any more.
    if (code > 1) throw new Error(`wineserver -k ended with ${code}`);
    await rm(this.folder, { recursive: true, maxRetries: 5 });
  }

  get #environment(): NodeJS.ProcessEnv {
    return { ...process.env, WINEPREFIX: join(this.folder, 'prefix'), WINEDEBUG: '-all', WINEARCH: 'win64' };
  }
}

/** -1 for a program that was ended. */
function exitCodeOf(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : -1;
}
