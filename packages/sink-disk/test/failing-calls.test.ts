import * as promises from 'node:fs/promises';
import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf, keysOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { describe, expect, it } from 'vitest';
import { type FileSystem, openDiskSink } from '../src/index.ts';
import { failing, systemError } from './file-systems.ts';
import { openSink } from './open-sink.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();
const key = objectKey('data/ca/pack-00001');

/** A file system whose files claim to be a byte longer than they are. */
const growing: FileSystem = {
  ...promises,
  open: async (path, flags, mode) => {
    const handle = await promises.open(path, flags, mode);
    const found = await handle.stat();
    handle.stat = (async () => Object.assign(found, { size: found.size + 1 })) as typeof handle.stat;
    return handle;
  },
};

describe('a disk that fails', () => {
  it('while the sink is opened is not taken for a folder that is missing', async () => {
    const opening = openDiskSink(await temp.make('opening'), { fileSystem: failing(promises, { stat: 'EIO' }) });
    expect(await rejectsWith(opening, 'sink-unreachable', /can't open/)).toMatchObject({ cause: { code: 'EIO' } });
  });

  it('while a folder is listed ends the listing', async () => {
    const sink = await openSink(await temp.make('listing'), { fileSystem: failing(promises, { readdir: 'EIO' }) });
    await rejectsWith(keysOf(sink, ''), 'sink-unreachable');
  });

  it('when asked for one file ends the listing too', async () => {
    const stat = ((path: string) =>
      path.endsWith('pack-00001') ? Promise.reject(systemError('EIO')) : promises.stat(path)) as FileSystem['stat'];
    const sink = await openSink(await temp.make('asking'), { fileSystem: { ...promises, stat } });
    await sink.put(key, bytesOf('', 1));
    await rejectsWith(keysOf(sink, ''), 'sink-unreachable');
  });

  it('with an error that nobody knows keeps it as the cause, also when cleaning up fails', async () => {
    const sink = await openSink(await temp.make('unknown'), {
      fileSystem: failing(promises, { link: 'ENEW', unlink: 'EIO' }),
    });
    const error = await rejectsWith(sink.put(key, bytesOf('', 1)), 'sink-failed');
    expect(error).toMatchObject({ hint: undefined, cause: { errors: [{ code: 'ENEW' }, { code: 'EIO' }] } });
  });

  it.each(['mkdir', 'link'] as const)('in %s in a way that is no answer of the system is no success', async (name) => {
    const bug = new TypeError('bug');
    const fileSystem: FileSystem = { ...promises, [name]: () => Promise.reject(bug) };
    const sink = await openSink(await temp.make(`bug in ${name}`), { fileSystem });
    expect((await rejectsWith(sink.put(key, bytesOf('', 1)), 'sink-failed')).cause).toBe(bug);
    expect(await keysOf(sink, '')).toEqual([]);
  });
});

it('a file that ends before its size is an error that passes', async () => {
  const sink = await openSink(await temp.make('shorter'), { fileSystem: growing });
  await sink.put(key, bytesOf('', 1));
  const error = await rejectsWith(sink.get(key), 'sink-failed', /pack-00001 became shorter while it was read/);
  expect(error.retryable).toBe(true);
});
