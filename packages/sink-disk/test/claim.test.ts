import * as promises from 'node:fs/promises';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf, keysOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { describe, expect, it } from 'vitest';
import type { FileSystem } from '../src/index.ts';
import { withoutLinks } from './file-systems.ts';
import { openSink } from './open-sink.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();
const key = objectKey('pack');
const noLinks = withoutLinks(promises, 'EPERM');

/** Runs `step` once, in front of the first rename onto the object's name. */
function beforePublishing(step: (claim: string) => Promise<void>): FileSystem {
  let isFirst = true;
  return {
    ...noLinks,
    async rename(from, to) {
      if (isFirst && String(to).endsWith('/pack')) {
        isFirst = false;
        await step(String(from));
      }
      await promises.rename(from, to);
    },
  };
}

describe('publishing without hard links', () => {
  it.each(['EPERM', 'ENOTSUP', 'EMLINK', 'EISDIR', 'UNKNOWN'])('is taken up when a link gives %s', async (errno) => {
    const folder = await temp.make(`errno ${errno}`);
    const sink = await openSink(folder, { fileSystem: withoutLinks(promises, errno) });
    await sink.put(key, bytesOf('', 10));
    expect(await readdir(folder)).toEqual(['pack']);
  });

  it('is not held up for ever by what a dead writer left', async () => {
    const folder = await temp.make('dead writer');
    await mkdir(join(folder, 'pack.claim~'));
    await writeFile(join(folder, 'pack.claim~', '0123456789abcdef'), 'left by a crash');
    const sink = await openSink(folder, { fileSystem: noLinks, claimPatienceMs: 50 });
    await sink.put(key, bytesOf('mine', 10));
    expect(bytesOf('mine', 10).equals(await sink.get(key))).toBe(true);
    expect(await readdir(folder)).toEqual(['pack']);
  });

  it('is not held up at all by an empty claim folder', async () => {
    const folder = await temp.make('empty claim');
    await mkdir(join(folder, 'pack.claim~'));
    const sink = await openSink(folder, { fileSystem: noLinks, claimPatienceMs: 1e9 });
    await sink.put(key, bytesOf('mine', 10));
    expect(await readdir(folder)).toEqual(['pack']);
  });

  it('leaves a key alone that a dead writer had published', async () => {
    const folder = await temp.make('published, then dead');
    await mkdir(join(folder, 'pack.claim~'));
    await writeFile(join(folder, 'pack'), 'whole');
    const sink = await openSink(folder, { fileSystem: noLinks });
    await rejectsWith(sink.put(key, bytesOf('mine', 10)), 'object-exists');
    expect(await readFile(join(folder, 'pack'), 'utf8')).toBe('whole');
    expect(await readdir(folder)).toEqual(['pack']);
  });

  it('never replaces: a slow writer whose claim was taken fails, and may try again', async () => {
    const folder = await temp.make('slow writer');
    const quick = await openSink(folder, { fileSystem: noLinks, claimPatienceMs: 20 });
    const fileSystem = beforePublishing(async () => {
      await quick.put(key, bytesOf('quick', 10));
    });
    const slow = await openSink(folder, { fileSystem });
    const error = await rejectsWith(slow.put(key, bytesOf('slow', 10)), 'sink-failed', /another writer took over/);
    expect(error.retryable).toBe(true);
    expect(bytesOf('quick', 10).equals(await quick.get(key))).toBe(true);
    expect(await readdir(folder)).toEqual(['pack']);
  });

  it('waits for a writer that is about to publish, then says that the object exists', async () => {
    const folder = await temp.make('waiting');
    const second = await openSink(folder, { fileSystem: noLinks });
    let waiting: Promise<unknown> = Promise.resolve();
    const fileSystem = beforePublishing(async (claim) => {
      waiting = rejectsWith(second.put(key, bytesOf('second', 10)), 'object-exists');
      // Until the second writer has met the first one's claim.
      while ((await readdir(join(claim, '..'))).length < 2) await new Promise(setImmediate);
    });
    const first = await openSink(folder, { fileSystem });
    await first.put(key, bytesOf('first', 10));
    await waiting;
    expect(bytesOf('first', 10).equals(await first.get(key))).toBe(true);
    expect(await readdir(folder)).toEqual(['pack']);
  });

  it('can be aborted while it waits', async () => {
    const folder = await temp.make('abort while waiting');
    await mkdir(join(folder, 'pack.claim~'));
    await writeFile(join(folder, 'pack.claim~', '0123456789abcdef'), 'alive, for all that is known');
    const controller = new AbortController();
    const reason = new Error('enough');
    let looks = 0;
    const readdirAndAbort = new Proxy(promises.readdir, {
      apply: (target, self, given) => {
        looks += 1;
        if (looks === 2) controller.abort(reason);
        return Reflect.apply(target, self, given);
      },
    });
    const sink = await openSink(folder, { fileSystem: { ...noLinks, readdir: readdirAndAbort } });
    await expect(sink.put(key, bytesOf('', 10), { signal: controller.signal })).rejects.toBe(reason);
    expect(await keysOf(sink, '')).toEqual([]);
    expect(await readdir(folder, { recursive: true })).toEqual(['pack.claim~', 'pack.claim~/0123456789abcdef']);
  });

  it('copes with a claim folder that another writer removes under its hands', async () => {
    const folder = await temp.make('claim folder removed');
    let removals = 3;
    const mkdirThenGone = new Proxy(promises.mkdir, {
      apply: async (target, self, given) => {
        if (!String(given[0]).endsWith('.claim~') || removals === 0) return await Reflect.apply(target, self, given);
        removals -= 1;
        return undefined;
      },
    });
    const sink = await openSink(folder, { fileSystem: { ...noLinks, mkdir: mkdirThenGone } });
    await sink.put(key, bytesOf('', 10));
    expect(removals).toBe(0);
    expect(await readdir(folder)).toEqual(['pack']);
  });

  it('takes its file back when publishing fails', async () => {
    const folder = await temp.make('rename fails');
    const fileSystem = beforePublishing(async () => {
      throw Object.assign(new Error('ENOSPC: made by the test'), { code: 'ENOSPC' });
    });
    const sink = await openSink(folder, { fileSystem });
    await rejectsWith(sink.put(key, bytesOf('', 10)), 'sink-full');
    expect(await readdir(folder)).toEqual([]);
  });
});
