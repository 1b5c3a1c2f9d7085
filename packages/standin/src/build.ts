import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const nativeFolder = fileURLToPath(new URL('../native/', import.meta.url));
const outputFolder = fileURLToPath(new URL('../.out/', import.meta.url));
const run = promisify(execFile);

/** `native`: a library for this platform; `windows`: certadm.dll for x64, by mingw-w64. */
export type StandinTarget = 'native' | 'windows';

const warnings = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-shared'];
const compilers = {
  native: { command: 'cc', arguments: [...warnings, '-fPIC', '-fvisibility=hidden', '-pthread'], libraries: ['-ldl'] },
  windows: {
    command: 'x86_64-w64-mingw32-gcc',
    arguments: [...warnings, '-static-libgcc', '-DWIN32_LEAN_AND_MEAN'],
    libraries: [],
  },
} as const;

/**
 * Compiles the stand-in, unless these very sources were compiled before; resolves with the library's
 * path. Several processes may do so at once.
 */
export async function buildStandin(target: StandinTarget = 'native', folder: string = outputFolder): Promise<string> {
  const wanted = process.platform === 'win32' ? 'windows' : target;
  const sources = (await readdir(nativeFolder)).sort().map((name) => join(nativeFolder, name));
  const library = join(folder, `certadm-${await digest(sources)}${libraryExtension(wanted)}`);
  if (existsSync(library)) return library;
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `building-${randomUUID()}${libraryExtension(wanted)}`);
  try {
    await compile(wanted, sources, unfinished);
    await rename(unfinished, library);
  } finally {
    await rm(unfinished, { force: true });
  }
  return library;
}

/** Compiles these C files (headers are left out) into one library. */
export async function compile(target: StandinTarget, sources: readonly string[], output: string): Promise<void> {
  const { command, arguments: options, libraries } = compilers[target];
  const files = sources.filter((source) => source.endsWith('.c'));
  try {
    // What compilers say must be the same in every country.
    const env = { ...process.env, LC_ALL: 'C' };
    await run(command, [...options, `-I${nativeFolder}`, '-o', output, ...files, ...libraries], { env });
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = isMissing ? `the C compiler ${command} is not installed` : `${command} failed`;
    throw new Error(`the stand-in can't be compiled: ${reason}`, { cause: error });
  }
}

/** The command that {@link compile} runs. */
export function compilerOf(target: StandinTarget): string {
  return compilers[target].command;
}

export function libraryExtension(target: StandinTarget): string {
  return target === 'windows' ? '.dll' : '.so';
}

async function digest(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(compilers));
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}
