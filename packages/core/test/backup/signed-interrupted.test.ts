import type { BackupEvent, BackupOptions, Manifest } from '@adcs-backup/core';
import { type Fault, FaultySink, MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { decodeMap, ENTRY_BYTES, encodeMap } from '../../src/store/map.ts';
import { backUp, noise, TestClock, testCa } from '../arrange.ts';
import { testRecipients } from '../keys.ts';
import { testSigner } from '../signers.ts';

/** What a host that trusts its own key makes of runs that were interrupted. */

const unsealed: Fault = { method: 'put', key: /^sets/ };
const ca = testCa({ databases: { 'Test CA.edb': noise(200_000, 1) }, logs: {}, dynamicFiles: {} });
const blocks = 4;

/** A minute passes with each look, so each block gets a map of its own. */
class HastyClock extends TestClock {
  override now(): Date {
    this.time = new Date(this.time.getTime() + 61_000);
    return this.time;
  }
}

class Bench {
  readonly sink: MemorySink = new MemorySink({ now: () => this.#clock.time });
  readonly keys = testSigner();
  #clock: TestClock = new TestClock();

  async run(time: string, options: Partial<BackupOptions> = {}): Promise<Manifest> {
    this.#clock = new TestClock(`2026-11-${time}Z`);
    const { result } = await backUp(this.sink, ca, { clock: this.#clock, ...this.keys, ...options });
    if (result.at === 'failed') throw result.error;
    return result.manifest;
  }

  async interrupt(time: string, options: Partial<BackupOptions> = {}): Promise<void> {
    this.#clock = new HastyClock(`2026-11-${time}Z`);
    const sinks = [new FaultySink(this.sink, [unsealed])] as const;
    const { result } = await backUp(this.sink, ca, { clock: this.#clock, ...this.keys, ...options, sinks });
    expect(result.at).toBe('failed');
  }

  get maps(): readonly string[] {
    return [...this.sink.objects.keys()].filter((key) => /map-\d+$/.test(key));
  }
}

/** Says of each block that it lies where another one does. */
function liar(bytes: Uint8Array): Buffer {
  const { header, entries } = decodeMap(bytes, 'map');
  const lying = Buffer.from(entries);
  for (let at = 44; at < lying.length; at += ENTRY_BYTES) lying.writeUInt8(lying.readUInt8(at) ^ 1, at);
  return encodeMap(header, lying);
}

describe('a run that was interrupted', () => {
  test('is built on when its maps are signed', async () => {
    const bench = new Bench();
    await bench.interrupt('01T10:00:00');
    expect(bench.maps.length).toBeGreaterThan(1);
    expect(await bench.run('02T10:00:00')).toMatchObject({ counts: { blocks, newBlocks: 0 }, warnings: [] });
  });

  test.each([
    ['was taken away', (sink: MemorySink, key: string) => sink.remove(`${key}.minisig`)],
    [
      'is of another map',
      (sink: MemorySink, key: string) => {
        const other = sink.objects.get(`${key.replace(/1$/, '2')}.minisig`)?.bytes ?? Buffer.alloc(0);
        sink.replace(`${key}.minisig`, other);
      },
    ],
    [
      'is of what the map was before',
      (sink: MemorySink, key: string) => sink.replace(key, liar(sink.objects.get(key)?.bytes ?? Buffer.alloc(0))),
    ],
  ])('is not built on when the signature of its first map %s', async (_what, spoil) => {
    const bench = new Bench();
    await bench.interrupt('01T10:00:00');
    const [first = ''] = bench.maps;
    spoil(bench.sink, first);
    const manifest = await bench.run('02T10:00:00');
    expect(manifest).toMatchObject({
      chain: '20261102T100000Z',
      counts: { newBlocks: blocks },
      warnings: [{ code: 'run-not-verified', message: expect.stringContaining(first) }],
    });
  });

  test('loses only the map that somebody exchanged later', async () => {
    const bench = new Bench();
    await bench.interrupt('01T10:00:00');
    const second = bench.maps[1] ?? '';
    bench.sink.replace(second, liar(bench.sink.objects.get(second)?.bytes ?? Buffer.alloc(0)));
    const manifest = await bench.run('02T10:00:00');
    expect(manifest.counts.newBlocks).toBeGreaterThan(0);
    expect(manifest.counts.newBlocks).toBeLessThan(blocks);
    expect(new Set(manifest.warnings.map(({ code }) => code))).toEqual(new Set(['stored-data-lost']));
    expect(manifest.warnings[0]?.message).toContain(`${second} is not what was signed`);
  });

  test('draws nobody into a chain that somebody made up', async () => {
    const bench = new Bench();
    const { chain } = await bench.run('01T10:00:00');
    const stranger = testSigner();
    await bench.interrupt('01T12:00:00', { ...stranger, newChain: true });
    const manifest = await bench.run('02T10:00:00');
    expect(manifest).toMatchObject({ chain, number: 2, warnings: [{ code: 'run-not-verified' }] });
  });

  test('is built on when a set of its label is planted', async () => {
    const bench = new Bench();
    await bench.interrupt('01T10:00:00');
    const place = bench.maps[0]?.replace(/^data/, 'sets').replace(/\/map.*$/, '.json') ?? '';
    const [object] = bench.sink.objects.values();
    if (object !== undefined) bench.sink.objects.set(place, object);
    const manifest = await bench.run('02T10:00:00');
    expect(manifest).toMatchObject({ counts: { newBlocks: 0 }, number: 1, warnings: [{ code: 'set-not-verified' }] });
  });

  test('is not taken for forged when the sink fails', async () => {
    const bench = new Bench();
    await bench.interrupt('01T10:00:00');
    const sinks = [new FaultySink(bench.sink, [{ method: 'get', key: /map/ }])] as const;
    await expect(bench.run('02T10:00:00', { sinks })).rejects.toMatchObject({ code: 'sink-unreachable' });
  });

  test('is one of at most eight', async () => {
    const bench = new Bench();
    for (let hour = 10; hour < 20; hour++) await bench.interrupt(`01T${hour}:00:00`);
    const resumed: string[] = [];
    const observe = (event: BackupEvent): void => {
      if (event.type === 'run-resumed') resumed.push(event.label.slice(9, 11));
    };
    expect(await bench.run('02T10:00:00', { observe })).toMatchObject({ counts: { newBlocks: 0 }, warnings: [] });
    expect(resumed).toEqual(['19', '18', '17', '16', '15', '14', '13', '12']);
  });

  test('for other recipients is left alone', async () => {
    for (const [before, after] of [
      [['alice'], ['bob']],
      [['alice'], undefined],
      [undefined, ['alice']],
    ] as const) {
      const bench = new Bench();
      await bench.interrupt('01T10:00:00', before && { recipients: testRecipients(...before) });
      const manifest = await bench.run('02T10:00:00', after && { recipients: testRecipients(...after) });
      expect(manifest).toMatchObject({ chain: '20261102T100000Z', counts: { newBlocks: blocks }, warnings: [] });
    }
  });
});
