import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanDatabase, folderWith } from './ese-files.ts';
import { newPlace } from './place.ts';
import { cleanEnvironment, command } from './run-cli.ts';

/** `script` of util-linux gives the command a terminal. */
const terminal = 'script';
const hasScript = process.platform === 'linux' && spawnSync(terminal, ['--version']).status === 0;
if (!hasScript) process.stdout.write('skipped: no util-linux `script` here, so nothing is seen on a terminal\n');

/** What the terminal received. */
async function onTerminal(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const quoted = [process.execPath, ...command, ...args].map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn(terminal, ['--quiet', '--return', '--command', `stty cols 120; ${quoted}`, '/dev/null'], {
    env: { ...cleanEnvironment({ TERM: 'xterm', ...env }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(child, 'close');
  return text;
}

describe.runIf(hasScript)('on a terminal', () => {
  it('long work shows one line, erased before anything else is written', async () => {
    const place = await newPlace({ databaseBytes: 4 * 1024 * 1024 });
    await place.ca.setFaults({ slowReadMs: 60 });
    const text = await onTerminal(place.backup, { NO_COLOR: '1' });
    const frames = text.split('\r\u001b[K');
    expect(frames.filter((frame) => /^Test CA\.edb {2}\d.* of \d.*\(\d+%\)/.test(frame)).length).toBeGreaterThan(1);
    expect(frames.at(-1)).toMatch(/^Set /);
    expect(text).not.toMatch(/\(\d+%\)[^\r]*\n/);
  });

  it('a large file that is checked shows how far the check is', async () => {
    const folder = await folderWith({ 'CA.edb': cleanDatabase });
    await truncate(join(folder, 'CA.edb'), 256 * 1024 * 1024);
    const frames = (await onTerminal(['ese', 'check', folder], { NO_COLOR: '1' })).split('\r\u001b[K');
    expect(frames.filter((frame) => /^CA\.edb {2}\d.* of 256\.0 MiB \(\d+%\)/.test(frame)).length).toBeGreaterThan(0);
    expect(frames.at(-1)).toContain('CA.edb: good; database');
  });

  it('results have colours, and --no-color or NO_COLOR take them away', async () => {
    const { backup } = await newPlace();
    const color = '\u001b[32m';
    expect(await onTerminal(backup)).toContain(color);
    expect(await onTerminal([...backup, '--no-color'])).not.toContain(color);
    expect(await onTerminal(backup, { NO_COLOR: '1' })).not.toContain(color);
  });

  it('--quiet shows no progress', async () => {
    const { backup, ca } = await newPlace({ databaseBytes: 4 * 1024 * 1024 });
    await ca.setFaults({ slowReadMs: 60 });
    expect(await onTerminal([...backup, '--quiet'])).not.toContain('%)');
  });
});
