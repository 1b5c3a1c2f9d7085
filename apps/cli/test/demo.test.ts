import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { newFolder } from './place.ts';

const demo = fileURLToPath(new URL('../../../packages/standin/src/demo.ts', import.meta.url));
const fromSources = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const damaging = fileURLToPath(new URL('fixtures/damaging-cli.ts', import.meta.url));

/** Runs the demo; everything it makes is in `folder`. */
async function runDemo(folder: string, args: readonly string[], interruptAt?: string) {
  const child = spawn(process.execPath, ['--conditions=@adcs-backup/source', demo, ...args], {
    env: { ...process.env, TMPDIR: folder, TEMP: folder, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (interruptAt !== undefined && chunk.includes(interruptAt)) child.kill('SIGINT');
  });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  const [exitCode] = await once(child, 'close');
  const [stdout, stderr] = await printed;
  return { exitCode, stdout, stderr };
}

describe('the demo', () => {
  it('tells on one screen how a CA comes back byte for byte, and leaves nothing behind', async () => {
    const folder = await newFolder();
    const { exitCode, stdout, stderr } = await runDemo(folder, ['--cli', fromSources, '--size', '1MiB']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('\n   11 of 11 files are identical, byte for byte\n');
    expect(stdout).toContain('\n   $ adcs-backup restore sink latest --to restored --json\n');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(50);
    expect(lines.filter((line) => line.length > 101)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('fails, and says what differs, when a restored file is not what was handed out', async () => {
    const folder = await newFolder();
    const { exitCode, stdout, stderr } = await runDemo(folder, ['--cli', damaging, '--size', '1MiB', '--keep']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^\nFAILED: the restored files are not what the CA handed out\n {2}Demo Issuing CA 1\.edb differs: handed out \d+ bytes with SHA-256 \w{64}, restored \d+ bytes with SHA-256 \w{64}\n$/,
    );
    expect(stdout).not.toContain('identical');
    const [kept = ''] = await readdir(folder);
    expect(stdout).toContain(`Kept: ${folder}/${kept}\n`);
    await rm(folder, { recursive: true });
  });

  it('fails with what the command said when a command fails', async () => {
    const folder = await newFolder();
    const { exitCode, stderr } = await runDemo(folder, ['--cli', `${folder}/none.js`, '--size', '1MiB']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^\nFAILED: adcs-backup backup ended with exit code 1:\n/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends when interrupted, and leaves nothing behind', async () => {
    const folder = await newFolder();
    const { exitCode, stderr } = await runDemo(folder, ['--cli', fromSources, '--size', '1MiB'], '1. A CA in');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^\nFAILED: (interrupted\n$|adcs-backup backup ended with exit code 130)/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a database with too few pages for its certificates', async () => {
    const { exitCode, stderr } = await runDemo(await newFolder(), ['--size', '512KiB']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^\nFAILED: --size is 512KiB: at least 1MiB\nusage: demo /);
  });

  it('names a flag that it does not know', async () => {
    const { exitCode, stderr } = await runDemo(await newFolder(), ['--kep']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^\nFAILED: Unknown option '--kep'.*\nusage: demo /s);
  });
});
