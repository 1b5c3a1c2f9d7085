import { type BackupOptions, listSets, type Manifest } from '@adcs-backup/core';
import { type Fault, FaultySink, MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { backUp, noise, TestClock, testCa } from '../arrange.ts';

/** What a run makes of those that were interrupted before it. */

const unsealed: Fault = { method: 'put', key: /^sets/ };
const ca = testCa({ databases: { 'Test CA.edb': noise(200_000, 1) }, logs: {}, dynamicFiles: {} });
/** The database's blocks. */
const blocks = 4;

/** A sink, and runs into it at times of November 2026 that both clocks show. */
class Bench {
  readonly sink: MemorySink = new MemorySink({ now: () => this.#clock.now() });
  #clock: TestClock = new TestClock();

  async run(time: string, options: Partial<BackupOptions> = {}): Promise<Manifest> {
    const { result } = await this.#backUp(time, options);
    if (result.at === 'failed') throw result.error;
    return result.manifest;
  }

  async interrupt(time: string, options: Partial<BackupOptions> = {}): Promise<void> {
    const sink = new FaultySink(this.sink, [unsealed]);
    expect(await this.#backUp(time, { ...options, sinks: [sink] })).toMatchObject({ result: { at: 'failed' } });
  }

  #backUp(time: string, options: Partial<BackupOptions>) {
    this.#clock = new TestClock(`2026-11-${time}Z`);
    return backUp(this.sink, ca, { clock: this.#clock, ...options });
  }
}

test('it is built on for three days by the clock of the sink, and not after', async () => {
  for (const [time, newBlocks] of [
    ['04T09:59:59', 0],
    ['04T10:00:00', blocks],
  ] as const) {
    const bench = new Bench();
    await bench.interrupt('01T10:00:00');
    expect((await bench.run(time)).counts).toMatchObject({ blocks, newBlocks });
  }
});

test('the newest of several chains is gone on with', async () => {
  const bench = new Bench();
  await bench.interrupt('01T10:00:00');
  await bench.interrupt('02T10:00:00', { newChain: true });
  const manifest = await bench.run('03T10:00:00');
  expect(manifest).toMatchObject({ chain: '20261102T100000Z', counts: { newBlocks: 0 } });
  expect(manifest.packs.map(({ key }) => key.split('/')[2])).toEqual(['20261102T100000Z']);
});

test('one whose map was damaged is stored again, with a warning', async () => {
  const bench = new Bench();
  await bench.interrupt('01T10:00:00');
  const [map = ''] = [...bench.sink.objects.keys()].filter((key) => key.endsWith('map-00001'));
  bench.sink.replace(map, Buffer.alloc(700));
  const manifest = await bench.run('02T10:00:00');
  expect(manifest).toMatchObject({ counts: { newBlocks: blocks }, warnings: [{ code: 'stored-data-lost' }] });
});

test('one in a chain whose name is no time is left alone', async () => {
  const bench = new Bench();
  await bench.interrupt('01T10:00:00');
  for (const [key, object] of [...bench.sink.objects]) {
    bench.sink.objects.set(key.replace('/20261101T100000Z/', '/20261101-odd/'), object);
    bench.sink.remove(key);
  }
  expect(await bench.run('02T10:00:00')).toMatchObject({ chain: '20261102T100000Z', counts: { newBlocks: blocks } });
  expect(await listSets(bench.sink)).toHaveLength(1);
});
