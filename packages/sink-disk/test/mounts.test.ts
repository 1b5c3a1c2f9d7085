import { execFileSync } from 'node:child_process';
import { link, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@adcs-backup/core';
import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf, keysOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { afterEach, describe, expect, it, type TestContext } from 'vitest';
import { openSink } from './open-sink.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();
const mounted: string[] = [];
const tmpfs = '-t tmpfs -o size=1m tmpfs';

/** Runs a system command; no path here has spaces. */
function run(command: string): void {
  const [program = '', ...parameters] = command.split(' ');
  execFileSync(program, parameters, { stdio: 'pipe' });
}

function skip(context: TestContext, reason: string): never {
  console.warn(`skipped: ${context.task.name}: ${reason}`);
  context.skip(reason);
  throw new Error('unreachable');
}

/** Mounts a file system on a new folder, by the first command that works, or skips the test and says why. */
async function mountOrSkip(context: TestContext, name: string, commands: readonly string[]): Promise<string> {
  const folder = await temp.make(name);
  const failures: string[] = [];
  for (const command of commands) {
    try {
      run(`mount ${command} ${folder}`);
      mounted.push(folder);
      return folder;
    } catch (error) {
      failures.push(messageOf(error).replaceAll('\n', ' '));
    }
  }
  return skip(context, failures.join('; '));
}

afterEach(() => {
  for (const folder of mounted.splice(0)) run(`umount ${folder}`);
});

describe('a real file system', () => {
  it('that is full: says sink-full, leaves nothing of the object, keeps the others', async (context) => {
    const folder = await mountOrSkip(context, 'full', [tmpfs]);
    const sink = await openSink(folder);
    await sink.put(objectKey('a/1'), bytesOf('1', 600_000));
    const error = await rejectsWith(sink.put(objectKey('a/2'), bytesOf('2', 600_000)), 'sink-full', /object a\/2/);
    expect(error).toMatchObject({ retryable: false, cause: { code: 'ENOSPC' }, hint: expect.stringMatching(/room/) });
    expect(await keysOf(sink, '')).toEqual(['a/1']);
    expect(bytesOf('1', 600_000).equals(await sink.get(objectKey('a/1')))).toBe(true);
    await sink.put(objectKey('a/3'), bytesOf('3', 300_000));
    expect(await keysOf(sink, '')).toEqual(['a/1', 'a/3']);
  });

  it('that is read-only: says sink-denied to puts and deletes, and reads', async (context) => {
    const folder = await mountOrSkip(context, 'read-only', [tmpfs]);
    await writeFile(join(folder, 'object'), 'x');
    run(`mount -o remount,ro ${folder}`);
    const sink = await openSink(folder);
    const error = await rejectsWith(sink.put(objectKey('a/1'), bytesOf('', 1)), 'sink-denied', /object a\/1/);
    expect(error).toMatchObject({ cause: { code: 'EROFS' }, hint: expect.stringMatching(/read-only/) });
    await rejectsWith(sink.put(objectKey('b'), bytesOf('', 1)), 'sink-denied');
    await rejectsWith(sink.delete(objectKey('object')), 'sink-denied');
    expect(await keysOf(sink, '')).toEqual(['object']);
  });

  it('that is unmounted in mid-run: nothing is written to the folder underneath', async (context) => {
    const folder = await mountOrSkip(context, 'unmounted', [tmpfs]);
    const sink = await openSink(folder);
    await sink.put(objectKey('a'), bytesOf('', 1));
    run(`umount ${folder}`);
    mounted.length = 0;
    await rejectsWith(sink.put(objectKey('b'), bytesOf('', 1)), 'sink-unreachable', /another volume/);
    await rejectsWith(keysOf(sink, ''), 'sink-unreachable', /another volume/);
    const underneath = await openSink(folder);
    expect(await keysOf(underneath, '')).toEqual([]);
  });

  it('without hard links: stores once and never replaces', async (context) => {
    const image = join(await temp.make('images'), 'exfat.img');
    try {
      await writeFile(image, '');
      await truncate(image, 8 * 1024 * 1024);
      run(`mkfs.exfat ${image}`);
    } catch (error) {
      skip(context, `needs mkfs.exfat of the package exfatprogs: ${messageOf(error).replaceAll('\n', ' ')}`);
    }
    const folder = await mountOrSkip(context, 'exfat', [`-t exfat -o loop ${image}`, `-t exfat-fuse -o loop ${image}`]);
    await writeFile(join(folder, 'probe'), '');
    await expect(link(join(folder, 'probe'), join(folder, 'probe2'))).rejects.toMatchObject({ code: 'EPERM' });
    const sink = await openSink(folder);
    const puts = Array.from({ length: 8 }, (_, index) => sink.put(objectKey('a/b'), bytesOf(`racer ${index}`, 1000)));
    const results = await Promise.allSettled(puts);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const name of ['A', 'b-c', 'z'.repeat(100)]) await sink.put(objectKey(`a/${name}`), bytesOf(name, 100_000));
    expect(await keysOf(sink, 'a')).toEqual(['a/A', 'a/b', 'a/b-c', `a/${'z'.repeat(100)}`]);
    expect(await readdir(join(folder, 'a'))).toHaveLength(4);
  });
});
