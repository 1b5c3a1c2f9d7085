import { setTimeout } from 'node:timers/promises';
import { type BackupSink, type ObjectKey, objectKey } from '@adcs-backup/core/sink';
import { FaultySink, MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { SinkGroup } from '../../src/group/sink-group.ts';
import { SinkMember } from '../../src/group/sink-member.ts';
import { inlineEncoder } from '../../src/store/encoder.ts';
import { parseLabel } from '../../src/store/label.ts';
import { PackWriter } from '../../src/store/pack-writer.ts';
import { DeafSink } from '../deaf-sink.ts';
import { WatchedSink } from '../watched-sink.ts';

const FRAME_BYTES = 5 * 1024 ** 2;

interface Writing {
  readonly packs: PackWriter;
  readonly dropped: string[];
}

/** Each frame fills a pack by itself. */
function writingTo(sinks: readonly BackupSink[], stallMs: number): Writing {
  const dropped: string[] = [];
  const members = sinks.map((sink) => new SinkMember(sink, stallMs));
  const group = new SinkGroup(members, ({ location }) => dropped.push(location));
  const label = parseLabel('20261101T100000Z-full');
  if (label === undefined) throw new Error('not a label');
  const place = { caId: 'ca', chain: '20261101T100000Z', label };
  const isLent = (body: Uint8Array): boolean => group.isLent(body);
  const target = {
    sink: group,
    place,
    signal: undefined,
    recipients: undefined,
    signer: undefined,
    now: () => 0,
    isLent,
  };
  return { packs: new PackWriter(target, inlineEncoder()), dropped };
}

async function addFrames(packs: PackWriter, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) await packs.add(Buffer.alloc(FRAME_BYTES, number));
  await packs.flush();
}

/** Every pack in the sink holds its own frame. */
function expectFrames({ objects }: MemorySink, count: number): void {
  const stored = [...objects].toSorted(([one], [other]) => (one < other ? -1 : 1));
  expect(stored.map(([key]) => key.slice(-5))).toEqual(
    Array.from({ length: count }, (_, index) => String(index + 1).padStart(5, '0')),
  );
  for (const [index, [key, { bytes }]] of stored.entries()) {
    expect(Buffer.alloc(FRAME_BYTES, index + 1).equals(bytes), key).toBe(true);
  }
}

describe('a sink that hangs', () => {
  test('keeps what it was given as it was, and the others get all', async () => {
    const [fast, lost] = [new MemorySink(), new MemorySink()];
    // All buffers that there are: the reader waits until the sink is dropped.
    const deaf = new DeafSink(lost, (_method, key) => /pack-0000[234]$/.test(key));
    const { packs, dropped } = writingTo([fast, deaf], 20);
    await addFrames(packs, 12);
    expect(dropped).toEqual(['memory:']);
    expectFrames(fast, 12);
    expect(deaf.held.map(({ key }) => key.slice(-5))).toEqual(['00002', '00003', '00004']);
    for (const { body, copy } of deaf.held) expect(Buffer.compare(body, copy)).toBe(0);
  });

  test('is dropped, too, when it heeds the abort', async () => {
    const fast = new MemorySink();
    const hanging = new FaultySink(new MemorySink(), [{ method: 'put', kind: 'hang', nth: 2, times: 3 }]);
    const { packs, dropped } = writingTo([fast, hanging], 20);
    await addFrames(packs, 6);
    expect(dropped).toHaveLength(1);
    expectFrames(fast, 6);
  });
});

/** One put after another, each of which takes a while. */
class SlowSink extends WatchedSink {
  #last: Promise<unknown> = Promise.resolve();

  override put(key: ObjectKey, body: Uint8Array) {
    const turn = this.#last.then(() => setTimeout(25)).then(() => super.put(key, body));
    this.#last = turn;
    return turn;
  }
}

test('a sink that is slow, but moves, is not dropped however long a call waits for its turn', async () => {
  const slow = new SlowSink('slow');
  const dropped: string[] = [];
  const members = [new WatchedSink('fast'), slow].map((sink) => new SinkMember(sink, 1_000));
  const group = new SinkGroup(members, ({ location }) => dropped.push(location));
  // All of them take longer than the patience with one, which is long enough for a busy machine.
  const keys = Array.from({ length: 60 }, (_, index) => objectKey(`object-${index}`));
  await Promise.all(keys.map((key) => group.put(key, Buffer.from(key))));
  expect(dropped).toEqual([]);
  expect([...slow.memory.objects.keys()]).toEqual(keys);
});

/** Puts wait until they are let through. */
class GatedSink extends WatchedSink {
  readonly #waiting: (() => void)[] = [];
  #isOpen = false;

  override async put(key: ObjectKey, body: Uint8Array) {
    if (!this.#isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return await super.put(key, body);
  }

  async letOneThrough(): Promise<void> {
    this.#waiting.shift()?.();
    await settled();
  }

  open(): void {
    this.#isOpen = true;
    for (const go of this.#waiting.splice(0)) go();
  }
}

/** All that can go on without a timer has gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

test('a slow sink slows the others: what they are ahead is bounded', async () => {
  const fast = new MemorySink();
  const gated = new GatedSink('gated');
  const { packs, dropped } = writingTo([fast, gated], 60_000);
  const writing = addFrames(packs, 9);
  const ahead: number[] = [];
  for (let through = 0; through < 4; through += 1) {
    await settled();
    ahead.push(fast.objects.size - gated.memory.objects.size);
    await gated.letOneThrough();
  }
  expect(ahead).toEqual([3, 3, 3, 3]);
  gated.open();
  await writing;
  expect(dropped).toEqual([]);
  expectFrames(fast, 9);
  expectFrames(gated.memory, 9);
});
