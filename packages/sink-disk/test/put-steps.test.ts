import * as promises from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import { relative } from 'node:path';
import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf, keysOf } from '@adcs-backup/sink-conformance';
import { describe, expect, it } from 'vitest';
import type { FileSystem } from '../src/index.ts';
import { systemError, withoutLinks } from './file-systems.ts';
import { openSink } from './open-sink.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();

interface Recorded {
  readonly steps: string[];
  readonly fileSystem: FileSystem;
}

/** Records what happens to which path, and calls `before` in front of each step. */
function recording(folder: string, base: FileSystem, before: (step: string) => void = () => undefined): Recorded {
  const steps: string[] = [];
  const note = (name: string, ...paths: unknown[]): void => {
    const shown = paths.map((path) => relative(folder, String(path)).replace(/[0-9a-f]{16,}/, '*') || '.');
    const step = [name, ...shown].join(' ');
    before(step);
    steps.push(step);
  };
  const fileSystem: FileSystem = {
    ...base,
    async open(path, flags, mode) {
      const handle = await base.open(path, flags, mode);
      const { sync, close, writeFile } = handle;
      handle.writeFile = async (...all) => {
        note('write', path);
        await writeFile.apply(handle, all);
      };
      handle.sync = async () => {
        note('flush', path);
        await sync.apply(handle);
      };
      handle.close = async () => {
        await close.apply(handle);
        if (flags === 'wx') note('close', path);
      };
      return handle;
    },
    link: async (from, to) => {
      note('link', from, to);
      await base.link(from, to);
    },
    rename: async (from, to) => {
      note('rename', from, to);
      await base.rename(from, to);
    },
    unlink: async (path) => {
      note('unlink', path);
      await base.unlink(path);
    },
  };
  return { steps, fileSystem };
}

describe('a put', () => {
  it('writes, flushes, closes, links, removes the temp name, flushes the folder; new folders first', async () => {
    const folder = await temp.make('sequence');
    const { steps, fileSystem } = recording(folder, promises);
    const sink = await openSink(folder, { fileSystem });
    await sink.put(objectKey('a/b/c'), bytesOf('', 10));
    expect(steps).toEqual([
      'flush .',
      'flush a',
      'write a/b/.tmp-*~',
      'flush a/b/.tmp-*~',
      'close a/b/.tmp-*~',
      'link a/b/.tmp-*~ a/b/c',
      'unlink a/b/.tmp-*~',
      'flush a/b',
    ]);
    steps.length = 0;
    await sink.put(objectKey('a/b/d'), bytesOf('', 10));
    expect(steps[0]).toBe('write a/b/.tmp-*~');
  });

  it('renames through a claim where links are not supported, and tries links only once', async () => {
    const folder = await temp.make('sequence without links');
    const { steps, fileSystem } = recording(folder, withoutLinks(promises, 'ENOSYS'));
    const sink = await openSink(folder, { fileSystem });
    for (const key of ['c', 'd']) await sink.put(objectKey(key), bytesOf('', 10));
    expect(steps.filter((step) => /link|rename/.test(step))).toEqual([
      'link .tmp-*~ c',
      'rename .tmp-*~ c.claim~/*',
      'rename c.claim~/* c',
      'rename .tmp-*~ d.claim~/*',
      'rename d.claim~/* d',
    ]);
    expect(await readdir(folder)).toEqual(['c', 'd']);
  });

  it('never gives links up once one has worked', async () => {
    const folder = await temp.make('links worked');
    let link = promises.link;
    const sink = await openSink(folder, { fileSystem: { ...promises, link: (from, to) => link(from, to) } });
    await sink.put(objectKey('a'), bytesOf('', 1));
    link = () => Promise.reject(systemError('EACCES'));
    await expect(sink.put(objectKey('b'), bytesOf('', 1))).rejects.toMatchObject({ code: 'sink-denied' });
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('takes "exists" for success when the name is a link to its own file, as after a lost NFS reply', async () => {
    const folder = await temp.make('lost link reply');
    const link: FileSystem['link'] = async (from, to) => {
      await promises.link(from, to);
      throw systemError('EEXIST');
    };
    const sink = await openSink(folder, { fileSystem: { ...promises, link } });
    await sink.put(objectKey('a'), bytesOf('', 1));
    expect(await readdir(folder)).toEqual(['a']);
  });

  it.each(['EPERM', 'EINVAL', 'EISDIR', 'EACCES'])('tolerates a folder that answers %s to a flush', async (errno) => {
    const folder = await temp.make(`no flush ${errno}`);
    const open: FileSystem['open'] = async (path, flags, mode) => {
      if (flags === 'r' || flags === 'r+') throw systemError(errno);
      return await promises.open(path, flags, mode);
    };
    const sink = await openSink(folder, { fileSystem: { ...promises, open } });
    await expect(sink.put(objectKey('a/b'), bytesOf('', 1))).resolves.toMatchObject({ key: 'a/b' });
  });

  it('does not succeed when flushing the folder fails for another reason', async () => {
    const folder = await temp.make('flush fails');
    const open: FileSystem['open'] = async (path, flags, mode) => {
      if (flags === 'r' || flags === 'r+') throw systemError('EIO');
      return await promises.open(path, flags, mode);
    };
    const sink = await openSink(folder, { fileSystem: { ...promises, open } });
    await expect(sink.put(objectKey('a'), bytesOf('', 1))).rejects.toMatchObject({ code: 'sink-unreachable' });
  });

  it.each([
    ['with hard links', promises],
    ['without', withoutLinks(promises, 'EPERM')],
  ])('leaves nothing visible and no temp file when aborted at any step, %s', async (name, base) => {
    const reason = new Error('enough');
    const whole = recording(await temp.make(`steps ${name}`), base);
    const probe = await openSink(await temp.make(`steps ${name}`), { fileSystem: whole.fileSystem });
    await probe.put(objectKey('a/b'), bytesOf('', 2_000_000));
    expect(whole.steps.length).toBeGreaterThan(6);
    for (const [index] of whole.steps.entries()) {
      const folder = await temp.make(`aborted ${name} at ${index}`);
      const controller = new AbortController();
      let count = -1;
      const { fileSystem } = recording(folder, base, () => {
        count += 1;
        if (count === index) controller.abort(reason);
      });
      const sink = await openSink(folder, { fileSystem });
      const [result] = await Promise.allSettled([
        sink.put(objectKey('a/b'), bytesOf('', 2_000_000), { signal: controller.signal }),
      ]);
      if (result.status === 'rejected') expect(result.reason).toBe(reason);
      const files = (await readdir(folder, { recursive: true })).filter((path) => path !== 'a');
      expect(files).toEqual(result.status === 'rejected' ? [] : ['a/b']);
      expect(await keysOf(sink, '')).toEqual(files);
    }
  });
});
