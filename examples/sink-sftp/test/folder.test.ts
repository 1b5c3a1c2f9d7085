import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { objectKey } from '@adcs-backup/core/sink';
import { keysOf } from '@adcs-backup/sink-conformance';
import { describeWithSshd } from '@adcs-backup/test-servers/vitest';
import { expect, it, onTestFinished } from 'vitest';
import { newFolder, openSink } from './open-sink.ts';

const run = promisify(execFile);
const body = new Uint8Array(1000).fill(7);
const key = objectKey('a/b/c');

/** Why no small disk can be made here; undefined when it can. */
function noMount(): string | undefined {
  return process.platform === 'linux' && userInfo().uid === 0 ? undefined : 'needs root on Linux';
}

describeWithSshd('the folder of a sink', (access) => {
  it('must be there, and is never made', async () => {
    const missing = join(await newFolder(access), 'missing');
    await expect(openSink(access, missing)).rejects.toMatchObject({ code: 'invalid-location', retryable: false });
    await writeFile(missing, 'a file');
    await expect(openSink(access, missing)).rejects.toMatchObject({ code: 'invalid-location' });
  });

  it('that is gone later fails every call, and is not made again', async () => {
    const folder = await newFolder(access);
    const sink = await openSink(access, folder);
    await sink.put(key, body);
    await rm(folder, { recursive: true });
    const calls = [sink.put(key, body), sink.get(key), sink.stat(key), sink.delete(key), keysOf(sink, '')];
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'sink-unreachable', retryable: true } });
    }
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });

  it('may be named from the home folder', async () => {
    const sink = await openSink(access, '.');
    expect(await sink.stat(objectKey('adcs-backup/there/is/none'))).toBeUndefined();
    expect(sink.location).toMatch(/\/~\/\.$/);
  });

  it('holds objects as files, and nothing else after a put', async () => {
    const folder = await newFolder(access);
    const sink = await openSink(access, folder);
    await sink.put(key, body);
    await expect(sink.put(key, body)).rejects.toMatchObject({ code: 'object-exists' });
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(['a', 'a/b', 'a/b/c']);
  });

  it('is left without the empty folders of what was deleted', async () => {
    const folder = await newFolder(access);
    const sink = await openSink(access, folder);
    await sink.put(key, body);
    await sink.put(objectKey('a/d'), body);
    await sink.delete(key);
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(['a', 'a/d']);
  });

  it('takes objects while others delete the last one of the same folder', async () => {
    const folder = await newFolder(access);
    const [one, other] = [await openSink(access, folder), await openSink(access, folder)];
    const moving = Array.from({ length: 30 }, (_, index) => objectKey(`a/b/${index}`));
    const work = [one, other].map(async (sink, half) => {
      for (const each of moving.filter((_key, index) => index % 2 === half)) {
        await sink.put(each, body);
        await sink.delete(each);
      }
    });
    for (const result of await Promise.allSettled(work)) {
      // Whoever meets the other one several times in a row is told so.
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'sink-failed' });
    }
    await one.put(objectKey('a/b/kept'), body);
    expect(await keysOf(other, '')).toContain('a/b/kept');
  });

  it('refuses a key that is a folder of others, or lies below an object', async () => {
    const sink = await openSink(access, await newFolder(access));
    await sink.put(key, body);
    await expect(sink.put(objectKey('a/b'), body)).rejects.toMatchObject({ code: 'invalid-key' });
    await expect(sink.put(objectKey('a/b/c/d'), body)).rejects.toMatchObject({ code: 'invalid-key' });
    await expect(sink.get(objectKey('a/b'))).rejects.toMatchObject({ code: 'object-not-found' });
    expect(await keysOf(sink, '')).toEqual([key]);
  });

  it('lists what links lead to, and passes over what is no key', async () => {
    const folder = await newFolder(access);
    const sink = await openSink(access, folder);
    await sink.put(objectKey('kept/a'), body);
    await symlink(join(folder, 'kept'), join(folder, 'by-link'));
    await symlink(join(folder, 'nothing'), join(folder, 'to-nothing'));
    await writeFile(join(folder, '.tmp-0123~'), 'left by a dead writer');
    await mkdir(join(folder, 'System Volume Information'));
    await run('mkfifo', [join(folder, 'pipe')]);
    expect(await keysOf(sink, '')).toEqual(['by-link/a', 'kept/a']);
  });

  it.skipIf(noMount() !== undefined)('on a full disk makes puts fail, and takes them when there is room', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sink-sftp-full-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]);
    onTestFinished(async () => {
      await run('umount', [folder]);
      await rm(folder, { recursive: true });
    });
    const sink = await openSink(access, folder);
    const large = new Uint8Array(2_000_000);
    await expect(sink.put(key, large)).rejects.toMatchObject({ code: 'sink-full', retryable: false });
    expect(await keysOf(sink, '')).toEqual([]);
    await sink.put(key, large.subarray(0, 500_000));
    expect(await keysOf(sink, '')).toEqual([key]);
  });
});
