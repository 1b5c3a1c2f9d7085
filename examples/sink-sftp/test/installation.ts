import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The command and this sink as a user has them: packed, and installed side by side by npm. */

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const packed = [
  ...['core', 'ese', 'keys', 'certadm', 'sink-conformance', 'sink-disk', 'sink-s3', 'sink-azure-blob'].map(
    (name) => `packages/${name}`,
  ),
  'apps/cli',
  'examples/sink-sftp',
];

/** Proxies and certificates of this machine, but nothing of what runs the tests. */
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|pnpm_|vitest|node_)(?!extra)/i.test(name)),
  ),
  PATH: [dirname(process.execPath), join(workspace, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
};

/** A registry that isn't there is not waited for. */
const hasty = ['--fetch-retries=1', '--fetch-timeout=20000'];

export interface Printed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class Installation {
  /** Holds the node_modules of the command; removed by {@link remove}. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Builds, packs and installs. What comes from the registry is taken from npm's cache where it is there. */
  static async make(): Promise<Installation> {
    const installation = new Installation(await mkdtemp(join(tmpdir(), 'sink-sftp-installed-')));
    try {
      await installation.#install();
      return installation;
    } catch (error) {
      await installation.remove();
      throw error;
    }
  }

  /** Builds the package in `folder`, which lies below ours, packs it, and installs it beside the command. */
  async add(folder: string): Promise<void> {
    // The compiler and the types of Node are this workspace's.
    const types = join(workspace, 'node_modules/@types');
    await run('tsc', ['-p', 'tsconfig.build.json', '--typeRoots', types], folder);
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', this.folder], folder);
    const [tarball = ''] = (await readdir(this.folder)).filter((name) => name.endsWith('.tgz'));
    await this.#npmInstall([`./${tarball}`]);
  }

  /** Runs the installed command in `folder`, with these variables beside what every process needs. */
  async run(args: readonly string[], folder: string, variables: Readonly<Record<string, string>>): Promise<Printed> {
    const command = join(this.folder, 'node_modules/adcs-backup/bin/adcs-backup.js');
    const options = { cwd: folder, env: { PATH: environment.PATH, HOME: homedir(), ...variables } };
    return await new Promise((resolve) => {
      execFile(process.execPath, [command, ...args], options, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : Number(error.code);
        resolve({ exitCode, stdout, stderr });
      });
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #install(): Promise<void> {
    const tarballs = join(this.folder, 'tarballs');
    await mkdir(tarballs);
    const filters = ['adcs-backup', 'adcs-backup-sink-sftp'].map((name) => `--filter=${name}...`);
    await run('turbo', ['run', 'build', ...filters, '--output-logs=errors-only'], workspace);
    for (const name of packed) {
      await run('pnpm', ['pack', '--pack-destination', tarballs], join(workspace, name));
    }
    const files = (await readdir(tarballs)).map((name) => join(tarballs, name));
    await writeFile(join(this.folder, 'package.json'), '{ "private": true }');
    await this.#npmInstall(files);
  }

  async #npmInstall(tarballs: readonly string[]): Promise<void> {
    await run('npm', ['install', ...hasty, '--prefer-offline', '--no-audit', '--no-fund', ...tarballs], this.folder);
  }
}

async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)(program, args, { cwd, env: environment });
}

/** Why nothing can be installed here; undefined when it can. */
export async function registryMissing(): Promise<string | undefined> {
  try {
    await run('npm', ['ping', ...hasty], tmpdir());
    return undefined;
  } catch {
    return ' (the npm registry does not answer)';
  }
}
