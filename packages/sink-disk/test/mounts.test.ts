import { execFileSync } from 'node:child_process';
import { link, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { objectKey } from '@adcs-backup/core/sink';
import { afterEach, describe, expect, it, type TestContext } from 'vitest';
import { openDiskSink } from '../src/index.ts';
import { bytesOf, keysOf, rejectsWith } from './sink-contract.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();
const mounted: string[] = [];

/** Mounts a file system of its own on a new folder, or skips the test and says why. */
async function mountOrSkip(context: TestContext, name: string, parameters: readonly string[]): Promise<string> {
  const folder = await temp.make(name);
  try {
    execFileSync('mount', [...parameters, folder], { stdio: 'pipe' });
  } catch (error) {
    context.skip(`can't mount here (${parameters.join(' ')}): ${String(error).split('\n').slice(0, 2).join(' ')}`);
  }
  mounted.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of mounted.splice(0)) execFileSync('umount', [folder]);
});

describe('a real file system', () => {
  it('that is full: says sink-full, leaves nothing of the object, keeps the others', async (context) => {
    const folder = await mountOrSkip(context, 'full', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs']);
    await using sink = await openDiskSink(folder);
    await sink.put(objectKey('a/1'), bytesOf('1', 600_000));
    const error = await rejectsWith(sink.put(objectKey('a/2'), bytesOf('2', 600_000)), 'sink-full', /object a\/2/);
    expect(error).toMatchObject({ retryable: false, cause: { code: 'ENOSPC' }, hint: expect.stringMatching(/room/) });
    expect(await keysOf(sink, '')).toEqual(['a/1']);
    expect(bytesOf('1', 600_000).equals(await sink.get(objectKey('a/1')))).toBe(true);
    await sink.put(objectKey('a/3'), bytesOf('3', 300_000));
    expect(await keysOf(sink, '')).toEqual(['a/1', 'a/3']);
  });

  it('that is read-only: says sink-denied to puts and deletes, and reads', async (context) => {
    const folder = await mountOrSkip(context, 'read-only', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs']);
    await writeFile(join(folder, 'object'), 'x');
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    await using sink = await openDiskSink(folder);
    const error = await rejectsWith(sink.put(objectKey('a/1'), bytesOf('', 1)), 'sink-denied', /object a\/1/);
    expect(error).toMatchObject({ cause: { code: 'EROFS' }, hint: expect.stringMatching(/read-only/) });
    await rejectsWith(sink.put(objectKey('b'), bytesOf('', 1)), 'sink-denied');
    await rejectsWith(sink.delete(objectKey('object')), 'sink-denied');
    expect(await keysOf(sink, '')).toEqual(['object']);
  });

  it('that is unmounted in mid-run: nothing is written to the folder underneath', async (context) => {
    const folder = await mountOrSkip(context, 'unmounted', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs']);
    await using sink = await openDiskSink(folder);
    await sink.put(objectKey('a'), bytesOf('', 1));
    execFileSync('umount', [folder]);
    mounted.length = 0;
    await rejectsWith(sink.put(objectKey('b'), bytesOf('', 1)), 'sink-unreachable', /another volume/);
    await rejectsWith(keysOf(sink, ''), 'sink-unreachable', /another volume/);
    await using underneath = await openDiskSink(folder);
    expect(await keysOf(underneath, '')).toEqual([]);
  });

  it('without hard links: stores once and never replaces', async (context) => {
    const image = join(await temp.make('images'), 'fat.img');
    try {
      execFileSync('mkfs.vfat', ['-C', image, '4096'], { stdio: 'pipe' });
    } catch (error) {
      context.skip(`can't make a FAT file system here: ${String(error).split('\n')[0]}`);
    }
    const folder = await mountOrSkip(context, 'fat', ['-t', 'vfat', '-o', 'loop', image]);
    await writeFile(join(folder, 'probe'), '');
    await expect(link(join(folder, 'probe'), join(folder, 'probe2'))).rejects.toMatchObject({ code: 'EPERM' });
    await using sink = await openDiskSink(folder);
    const puts = Array.from({ length: 8 }, (_, index) => sink.put(objectKey('a/b'), bytesOf(`racer ${index}`, 1000)));
    const results = await Promise.allSettled(puts);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await keysOf(sink, 'a')).toEqual(['a/b']);
  });
});
