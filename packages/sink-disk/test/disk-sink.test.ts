import * as promises from 'node:fs/promises';
import { mkdir, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type ErrorCode, objectKey } from '@adcs-backup/core/sink';
import { bytesOf, keysOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { describe, expect, it } from 'vitest';
import { type DiskSinkOptions, openDiskSink } from '../src/index.ts';
import { type Failing, failing, systemError, withoutLinks } from './file-systems.ts';
import { openSink } from './open-sink.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();
const key = objectKey('data/ca/pack-00001');

/** Everything in a folder, files and folders, whatever the name. */
async function everythingIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort((one, other) => (one < other ? -1 : 1));
}

describe('opening a folder', () => {
  it('refuses a folder that is not there, and does not make it', async () => {
    const parent = await temp.make('open-missing');
    const error = await rejectsWith(openDiskSink(join(parent, 'not-mounted')), 'invalid-location', /not-mounted/);
    expect(error.hint).toMatch(/Create the folder, or mount/);
    expect(await everythingIn(parent)).toEqual([]);
  });

  it('refuses a file', async () => {
    const parent = await temp.make('open-file');
    await writeFile(join(parent, 'file'), '');
    await rejectsWith(openDiskSink(join(parent, 'file')), 'invalid-location', /not a folder/);
    await rejectsWith(openDiskSink(join(parent, 'file', 'below')), 'invalid-location', /isn't there/);
  });

  it('shows the absolute path as its location', async () => {
    const folder = await temp.make('open-relative');
    const sink = await openSink(relative(process.cwd(), folder));
    expect(sink.location).toBe(folder);
  });

  it("rejects with the signal's own reason when aborted", async () => {
    const reason = new Error('enough');
    const folder = await temp.make('open-aborted');
    await expect(openDiskSink(folder, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('what lies in the folder', () => {
  it.each([
    ['with hard links', {}],
    ['without', { fileSystem: withoutLinks(promises, 'ENOTSUP') }],
  ] satisfies [string, DiskSinkOptions][])(
    'is the objects alone after puts that won and lost, %s',
    async (name, options) => {
      const folder = await temp.make(`only objects ${name}`);
      const sink = await openSink(folder, options);
      await Promise.allSettled(Array.from({ length: 5 }, () => sink.put(key, bytesOf('', 10))));
      await rejectsWith(sink.put(key, bytesOf('', 10)), 'object-exists');
      expect(await everythingIn(folder)).toEqual(['data', 'data/ca', 'data/ca/pack-00001']);
    },
  );

  it('is open to its owner alone', async () => {
    const folder = await temp.make('modes');
    const sink = await openSink(folder);
    await sink.put(key, bytesOf('', 10));
    const modes = await Promise.all(
      (await everythingIn(folder)).map(async (name) => (await stat(join(folder, name))).mode),
    );
    expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '700', '600']);
  });

  it('has top folders that another hand made, once each, and keeps those that were there', async () => {
    const folder = await temp.make('top folders');
    await mkdir(join(folder, 'notes'));
    const made: string[] = [];
    const makeTopFolder = async (path: string): Promise<void> => {
      made.push(relative(folder, path));
      await mkdir(path, { mode: 0o711 });
    };
    const sink = await openSink(folder, { makeTopFolder });
    for (const each of ['data/a/b', 'data/c', 'sets/a/b', 'notes/a']) await sink.put(objectKey(each), bytesOf('', 1));
    expect(made).toEqual(['data', 'sets', 'notes']);
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o711);
    expect((await stat(join(folder, 'data/a'))).mode & 0o777).toBe(0o700);
    expect(await keysOf(sink, '')).toEqual(['data/a/b', 'data/c', 'notes/a', 'sets/a/b']);
  });

  it('is nothing where no top folder could be made, with the reason', async () => {
    const folder = await temp.make('no top folder');
    const sink = await openSink(folder, { makeTopFolder: () => Promise.reject(systemError('EPERM')) });
    await rejectsWith(sink.put(key, bytesOf('', 10)), 'sink-denied', /store object/);
    expect(await everythingIn(folder)).toEqual([]);
  });

  it('is nothing after the last object was deleted', async () => {
    const folder = await temp.make('emptied');
    const sink = await openSink(folder);
    await sink.put(key, bytesOf('', 10));
    await sink.delete(key);
    expect(await everythingIn(folder)).toEqual([]);
  });

  it('is listed only where it is an object: no temp file, claim, system folder or foreign name', async () => {
    const folder = await temp.make('strays');
    const sink = await openSink(folder);
    await sink.put(objectKey('a/.tmp-1'), bytesOf('', 1));
    await mkdir(join(folder, 'a/b.claim~'));
    await mkdir(join(folder, 'System Volume Information'));
    await mkdir(join(folder, 'empty'));
    const strays = ['a/.tmp-0123~', 'a/b.claim~/0123', 'System Volume Information/a', 'Thumbs db', 'nul', 'ä', 'dot.'];
    for (const stray of strays) await writeFile(join(folder, stray), 'x');
    expect(await keysOf(sink, '')).toEqual(['a/.tmp-1']);
  });

  it('may lie behind links, as deduplicated files and mounted folders do on Windows', async () => {
    const folder = await temp.make('links');
    const elsewhere = await temp.make('links-elsewhere');
    await writeFile(join(elsewhere, 'object'), 'x');
    await symlink(elsewhere, join(folder, 'linked'));
    await symlink(join(elsewhere, 'object'), join(folder, 'file'));
    await symlink(join(elsewhere, 'missing'), join(folder, 'dangling'));
    const sink = await openSink(folder);
    expect(await keysOf(sink, '')).toEqual(['file', 'linked/object']);
  });

  it('may be emptied by another process between two puts', async () => {
    const folder = await temp.make('swept');
    const sink = await openSink(folder);
    await sink.put(objectKey('data/a'), bytesOf('', 1));
    await rm(join(folder, 'data'), { recursive: true });
    await sink.put(objectKey('data/b'), bytesOf('', 1));
    expect(await keysOf(sink, '')).toEqual(['data/b']);
  });

  it('can vanish while it is listed', async () => {
    const folder = await temp.make('vanishing');
    const sink = await openSink(folder);
    for (const each of ['a/1', 'b/1', 'c/1']) await sink.put(objectKey(each), bytesOf('', 1));
    const seen: string[] = [];
    for await (const object of sink.list('')) {
      seen.push(object.key);
      await rm(join(folder, 'b'), { recursive: true, force: true });
    }
    expect(seen).toEqual(['a/1', 'c/1']);
  });
});

describe('a key that is a folder of other keys', () => {
  it.each([
    ['with hard links', {}],
    ['without', { fileSystem: withoutLinks(promises, 'EISDIR') }],
  ] satisfies [string, DiskSinkOptions][])('is refused, and the other way round, %s', async (name, options) => {
    const folder = await temp.make(`folder or object ${name}`);
    const sink = await openSink(folder, options);
    await sink.put(objectKey('a/b'), bytesOf('', 1));
    await rejectsWith(sink.put(objectKey('a'), bytesOf('', 1)), 'invalid-key', /object a can't be stored/);
    await rejectsWith(sink.put(objectKey('a/b/c'), bytesOf('', 1)), 'invalid-key', /b is a file/);
    expect(await everythingIn(folder)).toEqual(['a', 'a/b']);
  });
});

describe('a folder that is gone in mid-run', () => {
  it('makes every call fail as unreachable, and is never made anew', async () => {
    const parent = await temp.make('unplugged');
    const folder = join(parent, 'disk');
    await mkdir(folder);
    const sink = await openSink(folder);
    await sink.put(key, bytesOf('', 1));
    await rename(folder, join(parent, 'elsewhere'));
    const calls = [
      () => sink.put(objectKey('b'), bytesOf('', 1)),
      () => sink.get(key),
      () => sink.stat(key),
      () => keysOf(sink, ''),
      () => sink.delete(key),
    ];
    for (const call of calls) {
      const error = await rejectsWith(call(), 'sink-unreachable', /is gone/);
      expect(error).toMatchObject({ retryable: true, hint: expect.stringMatching(/mount/), cause: { code: 'ENOENT' } });
    }
    expect(await readdir(parent)).toEqual(['elsewhere']);
    await rename(join(parent, 'elsewhere'), folder);
    await sink.put(objectKey('b'), bytesOf('', 1));
    expect(await keysOf(sink, '')).toEqual(['b', key]);
  });
});

interface Case {
  readonly calls: Failing;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint: RegExp;
}

describe('a folder that is gone while it is listed', () => {
  it('is not taken for the end of the list', async () => {
    const parent = await temp.make('unplugged while listed');
    const folder = join(parent, 'disk');
    await mkdir(folder);
    const sink = await openSink(folder);
    for (const each of ['a/1', 'b/1']) await sink.put(objectKey(each), bytesOf('', 1));
    const listing = (async () => {
      for await (const _object of sink.list('')) await rename(folder, join(parent, 'elsewhere'));
    })();
    await rejectsWith(listing, 'sink-unreachable', /is gone/);
  });
});

describe('errors of the file system', () => {
  it.each([
    { calls: { open: 'ENOSPC' }, code: 'sink-full', retryable: false, hint: /Make room/ },
    { calls: { mkdir: 'EDQUOT' }, code: 'sink-full', retryable: false, hint: /quota/ },
    { calls: { link: 'EROFS' }, code: 'sink-denied', retryable: false, hint: /read-only/ },
    { calls: { mkdir: 'EACCES' }, code: 'sink-denied', retryable: false, hint: /right/ },
    { calls: { link: 'EPERM', rename: 'EPERM' }, code: 'sink-denied', retryable: false, hint: /right/ },
    { calls: { open: 'ENAMETOOLONG' }, code: 'invalid-location', retryable: false, hint: /shorter path/ },
    { calls: { stat: 'EIO' }, code: 'sink-unreachable', retryable: true, hint: /cable/ },
    { calls: { link: 'ETIMEDOUT' }, code: 'sink-unreachable', retryable: true, hint: /connection/ },
    { calls: { open: 'EHOSTDOWN' }, code: 'sink-unreachable', retryable: true, hint: /file server/ },
    { calls: { mkdir: 'ENETUNREACH' }, code: 'sink-unreachable', retryable: true, hint: /file server/ },
    { calls: { link: 'EBUSY' }, code: 'sink-failed', retryable: true, hint: /virus scanner/ },
    { calls: { open: 'EMFILE' }, code: 'sink-failed', retryable: true, hint: /handles/ },
  ] satisfies Case[])('$calls is $code, retryable $retryable', async ({ calls, code, retryable, hint }) => {
    const folder = await temp.make(`errors ${Object.entries(calls).flat().join(' ')}`);
    let fileSystem = { ...promises };
    const sink = await openSink(folder, {
      // Fails only after opening.
      fileSystem: new Proxy(promises, { get: (_target, name) => Reflect.get(fileSystem, name) }),
    });
    fileSystem = { ...promises, ...failing(promises, calls) };
    const error = await rejectsWith(sink.put(key, bytesOf('', 1)), code);
    expect(error).toMatchObject({ retryable, hint: expect.stringMatching(hint) });
    expect(error.cause).toMatchObject({ code: Object.values(calls)[0] });
    fileSystem = { ...promises };
    expect(await keysOf(sink, '')).toEqual([]);
    await sink.put(key, bytesOf('', 1));
  });

  it('keeps the first error when cleaning up fails too, with both as cause', async () => {
    const folder = await temp.make('cleaning fails');
    const fileSystem = failing(promises, { link: 'ENOSPC', unlink: 'EIO' });
    const sink = await openSink(folder, { fileSystem });
    const error = await rejectsWith(sink.put(key, bytesOf('', 1)), 'sink-full');
    expect(error.cause).toMatchObject({ errors: [{ code: 'ENOSPC' }, { code: 'EIO' }] });
    expect(await keysOf(sink, '')).toEqual([]);
  });
});
