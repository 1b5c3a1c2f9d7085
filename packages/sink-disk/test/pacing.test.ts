import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf } from '@adcs-backup/sink-conformance';
import { describe, expect, it } from 'vitest';
import { openSink } from './open-sink.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();
const key = objectKey('pack-00001');

describe('a paced put', () => {
  it('asks before each piece of 64 KiB, and stores the same bytes', async () => {
    const folder = await temp.make('paced');
    const sink = await openSink(folder);
    const asked: number[] = [];
    const body = bytesOf('paced', 150_000);
    const pace = async (bytes: number): Promise<void> => {
      asked.push(bytes);
    };
    expect(sink.supports.pacing).toBe(true);
    expect(await sink.put(key, body, { pace })).toMatchObject({ sizeBytes: 150_000 });
    expect(asked).toEqual([65_536, 65_536, 18_928]);
    expect(Buffer.compare(await readFile(join(folder, key)), body)).toBe(0);
    await sink.put(objectKey('empty'), new Uint8Array(0), { pace });
    expect(await readFile(join(folder, 'empty'))).toHaveLength(0);
  });

  it('rejects with the reason of an abort while it waits, and leaves nothing', async () => {
    const folder = await temp.make('paced-aborted');
    const sink = await openSink(folder);
    const controller = new AbortController();
    const reason = new Error('enough');
    let asked = 0;
    const pace = async (): Promise<void> => {
      asked += 1;
      if (asked < 2) return;
      controller.abort(reason);
      throw reason;
    };
    await expect(sink.put(key, bytesOf('', 150_000), { pace, signal: controller.signal })).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual([]);
  });
});
