import assert from 'node:assert/strict';
import { chmodSync, constants, mkdirSync, readdirSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join, toNamespacedPath } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { BackupSink } from '@adcs-backup/core/sink';
import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf, keysOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { diskLocation, openDiskSink } from '../../src/index.ts';
import type { WindowsCheck } from './told.ts';

/** The disk sink with files as Windows has them. */

/** Shared with nobody: libuv's UV_FS_O_EXLOCK, which Node takes among its numbers. */
const exclusive = constants.O_RDWR | 0x1000_0000;
const key = objectKey('data/ca/pack-00001');
const body = bytesOf('windows', 1000);

/** @param folder on drive C, empty */
export function windowsChecks(folder: string): readonly WindowsCheck[] {
  const sinkAt = async (name: string): Promise<{ readonly path: string; readonly sink: BackupSink }> => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    return { path, sink: await openDiskSink(path) };
  };
  return [
    {
      name: 'a folder whose path has more than 260 characters',
      async run() {
        const { path, sink } = await sinkAt(`${'long-'.repeat(30)}\\${'path-'.repeat(30)}`);
        assert.ok(path.length > 300);
        await wholeLife(sink);
      },
    },
    {
      name: 'a folder with characters of other alphabets and blanks in its path',
      run: async () => await wholeLife((await sinkAt('Sicherung für Ärzte\\резерв\\バックアップ')).sink),
    },
    {
      name: 'the root of a drive, as of a disk that is plugged in',
      async run() {
        for (const root of ['E:\\', 'e:/', '\\\\?\\E:\\'])
          await wholeLife(await openDiskSink(diskLocation(root) ?? 'no folder'));
      },
    },
    {
      name: 'one folder, however its path is written',
      async run() {
        const { path, sink } = await sinkAt('one folder');
        await sink.put(key, body);
        const texts = [
          path.replaceAll('\\', '/'),
          path.replace(/^C:/, 'c:'),
          `${path}\\`,
          `${path}\\..\\one folder`,
          toNamespacedPath(path),
          pathToFileURL(path).href,
        ];
        for (const text of texts) {
          const other = await openDiskSink(diskLocation(text) ?? 'no folder');
          assert.deepEqual(await keysOf(other, ''), [key], text);
          assert.deepEqual(Buffer.from(await other.get(key)), Buffer.from(body), text);
        }
      },
    },
    {
      name: 'a read-only object, as of a repository that was copied from a CD, is read and deleted',
      async run() {
        const { path, sink } = await sinkAt('read-only');
        await sink.put(key, body);
        chmodSync(join(path, key), 0o444);
        assert.equal(statSync(join(path, key)).mode & 0o222, 0);
        assert.deepEqual(Buffer.from(await sink.get(key)), Buffer.from(body));
        await sink.delete(key);
        assert.deepEqual(await keysOf(sink, ''), []);
      },
    },
    {
      name: 'an object that another program holds for a moment is read and deleted after it',
      async run() {
        const { path, sink } = await sinkAt('held for a moment');
        await sink.put(key, body);
        await whileItIsHeld(join(path, key), async () => {
          assert.deepEqual(Buffer.from(await sink.get(key)), Buffer.from(body));
        });
        await whileItIsHeld(join(path, key), async () => await sink.delete(key));
        assert.deepEqual(await keysOf(sink, ''), []);
      },
    },
    {
      name: 'an object that another program keeps is an error that may pass, with a hint',
      async run() {
        const { path, sink } = await sinkAt('kept');
        await sink.put(key, body);
        const held = await open(join(path, key), exclusive);
        try {
          const error = await rejectsWith(sink.get(key), 'sink-failed');
          assert.equal(error.retryable, true);
          assert.match(error.hint ?? '', /virus scanner/);
        } finally {
          await held.close();
        }
        await sink.get(key);
      },
    },
    {
      name: 'a folder can be flushed when it is opened for writing',
      async run() {
        const { path } = await sinkAt('flushed');
        const opened = await open(path, 'r+');
        await opened.sync();
        await opened.close();
      },
    },
    {
      name: 'top folders are made by the hand that is passed in',
      async run() {
        const path = join(folder, 'top');
        mkdirSync(path);
        const made: string[] = [];
        const sink = await openDiskSink(path, {
          makeTopFolder: async (each) => {
            made.push(each);
            mkdirSync(each);
          },
        });
        await sink.put(key, body);
        assert.deepEqual(made, [join(path, 'data')]);
        assert.deepEqual(readdirSync(path), ['data']);
      },
    },
    {
      name: 'a share by its name, and a folder in it',
      async run() {
        for (const text of [
          '\\\\nas\\share',
          '\\\\nas\\share\\',
          '//nas/share',
          '\\\\?\\UNC\\nas\\share',
          'file://nas/share',
        ]) {
          await wholeLife(await openDiskSink(diskLocation(text) ?? 'no folder'));
        }
        mkdirSync('\\\\nas\\share\\ca');
        await wholeLife(await openDiskSink('\\\\nas\\share\\ca'));
      },
    },
    {
      name: 'what only SMB answers',
      skip: 'Wine finds shares among its devices: nothing here speaks SMB',
      run: async () => undefined,
    },
    {
      name: 'exFAT and FAT',
      skip: 'Wine shows every disk as NTFS; the answers of such disks are played ("without hard links")',
      run: async () => undefined,
    },
  ];
}

async function wholeLife(sink: BackupSink): Promise<void> {
  await sink.put(key, body);
  await rejectsWith(sink.put(key, body), 'object-exists');
  assert.deepEqual(Buffer.from(await sink.get(key)), Buffer.from(body));
  assert.deepEqual(await keysOf(sink, ''), [key]);
  await sink.delete(key);
  assert.deepEqual(await keysOf(sink, ''), []);
}

/** Holds a file so that nobody else can open it, begins the work, lets go of the file, and waits for the work. */
async function whileItIsHeld(path: string, work: () => Promise<void>): Promise<void> {
  const held: FileHandle = await open(path, exclusive);
  const working = work();
  await setTimeout(100);
  await held.close();
  await working;
}
