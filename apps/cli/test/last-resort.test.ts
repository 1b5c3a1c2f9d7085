import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { AdcsBackupError } from '@adcs-backup/core';
import { describe, expect, it } from 'vitest';
import { pasted } from '../src/commands/set-address.ts';
import { Channel } from '../src/output/channel.ts';
import { asAdcsBackupError, errorParts } from '../src/output/error-text.ts';
import { localTime } from '../src/output/format.ts';
import { newFilledPlace, newFolder } from './place.ts';
import { cleanEnvironment, cli, command, resultOf, startCli, untilPrinted } from './run-cli.ts';

/** What the command does when what it needs for telling anything fails. */

describe.runIf(existsSync('/dev/full'))('a full disk', () => {
  it('of the log file is told once, and ends nothing', async () => {
    const { sink } = await newFilledPlace();
    const { exitCode, stdout, stderr } = await cli(['list', sink, '--log-file', '/dev/full']);
    expect(stderr).toMatch(/^warning: log file \/dev\/full can't be written any more: ENOSPC.*\n$/);
    expect(stdout).toContain('LABEL');
    expect(exitCode).toBe(0);
  });

  it.each([
    ['done', 1, '?method=put'],
    ['failed', 13, '?method=list&code=sink-denied'],
  ])('behind standard output makes a run that is %s end with %i', async (_name, expected, query) => {
    const { sink } = await newFilledPlace();
    const full = await open('/dev/full', 'w');
    const args = [...command, 'list', `faulty://${sink}${query}`, '--json'];
    const child = spawn(process.execPath, args, { env: cleanEnvironment(), stdio: ['ignore', full.fd, 'pipe'] });
    const [stderr, [exitCode]] = await Promise.all([text(child.stderr ?? Readable.from([])), once(child, 'close')]);
    await full.close();
    expect(stderr).toMatch(/^error: standard output can't be written: ENOSPC/m);
    expect(exitCode).toBe(expected);
  });
});

it('last words that cannot be written are a failure of the stream, and end nothing else', async () => {
  const channel = new Channel(process.stderr, 1_000_000);
  channel.writeNow('lost');
  expect(await channel.flush()).toMatchObject({ code: 'EBADF' });
});

it('a log file that cannot be opened is a fault of the configuration', async () => {
  const folder = await newFolder();
  const { exitCode, stderr } = await cli(['list', folder, '--log-file', join(folder, 'missing', 'log.txt')]);
  expect(stderr).toMatch(/^error: log file .*log\.txt can't be opened: ENOENT/);
  expect(stderr).toContain('hint:  Name a file in an existing folder that you may write to.\n');
  expect(exitCode).toBe(2);
});

it('half-written files that cannot be removed after an abort are told of', async () => {
  const { folder, sink } = await newFilledPlace();
  const to = join(folder, 'restored');
  const child = startCli(['restore', `faulty://${sink}?method=get&key=pack-&kind=hang`, 'latest', '--to', to]);
  const result = resultOf(child);
  await untilPrinted(child, 'this sink will hang');
  await expect.poll(() => existsSync(join(to, 'partial-restore', 'DynamicFiles', 'Test CA.crl'))).toBe(true);
  await rm(to, { recursive: true });
  await writeFile(to, 'in the way');
  child.kill('SIGINT');
  const { exitCode, stderr } = await result;
  expect(stderr).toMatch(/^warning: .*partial-restore.*ENOTDIR/m);
  expect(exitCode).toBe(130);
});

describe('an error of ours', () => {
  it('says that it is a bug, with the stack as its cause', () => {
    const error = asAdcsBackupError(new TypeError('x is not a function'));
    expect(error).toMatchObject({ code: 'internal', message: 'internal error: x is not a function' });
    expect(errorParts(error).causes).toEqual([expect.stringMatching(/^TypeError: x is not a function\n {4}at /)]);
    const bare = new TypeError('bare');
    delete bare.stack;
    expect(errorParts(asAdcsBackupError(bare)).causes).toEqual(['bare']);
  });

  it('tells each cause once, whatever was thrown', () => {
    const loop = new AdcsBackupError('sink-failed', 'outer', { cause: 'text' });
    expect(errorParts(loop).causes).toEqual(['text']);
    Object.assign(loop, { cause: loop });
    expect(errorParts(loop).causes).toEqual([]);
  });
});

it('a time is shown with the sign of its zone, a path with quotes where a shell needs them', async () => {
  const before = process.env['TZ'];
  process.env['TZ'] = 'America/St_Johns';
  try {
    expect(localTime(new Date('2026-11-21T18:03:16Z'))).toBe('2026-11-21 14:33:16 -03:30');
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
  expect([pasted('D:\\Backups'), pasted('D:\\My Backups')]).toEqual(['D:\\Backups', '"D:\\My Backups"']);
});
