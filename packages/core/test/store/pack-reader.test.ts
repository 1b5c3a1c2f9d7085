import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { restoreSet } from '@adcs-backup/core';
import type { GetOptions, ObjectKey } from '@adcs-backup/core/sink';
import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { backUp, newestSet, noise, temporaryFolder, testCa } from '../arrange.ts';

/** Takes its time, unless it is aborted. */
class SlowSink extends MemorySink {
  running = 0;

  override async get(key: ObjectKey, options: GetOptions = {}): Promise<Uint8Array> {
    this.running += 1;
    try {
      if (key.endsWith('/pack-00002')) await setTimeout(60_000, undefined, { signal: options.signal ?? undefined });
      return await super.get(key, options);
    } finally {
      this.running -= 1;
    }
  }
}

test('a restore that fails has ended what it was reading ahead', async () => {
  const sink = new SlowSink();
  const { result } = await backUp(sink, testCa({ databases: { 'Test CA.edb': noise(18 * 1024 ** 2, 9) } }));
  expect(result).toMatchObject({ at: 'finished', manifest: { packs: { length: 3 } } });
  const [key = expect.fail('no pack')] = [...sink.objects.keys()].filter((each) => each.endsWith('/pack-00001'));
  sink.replace(key, noise(100, 1));
  const entry = await newestSet(sink);
  const to = join(temporaryFolder(), 'restored');
  await expect(restoreSet(sink, entry, { to })).rejects.toMatchObject({ code: 'integrity-failed' });
  expect(sink.running).toBe(0);
});
