import { parseLabel } from '@adcs-backup/core';
import { objectKey } from '@adcs-backup/core/sink';
import { FaultySink, MemorySink } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Label, nextLabel } from '../../src/store/label.ts';
import { lastLabel } from '../../src/store/last-label.ts';
import { beginKey, signatureKey } from '../../src/store/layout.ts';
import { testSigner } from '../signers.ts';

const now = new Date('2026-11-21T18:03:16.500Z');
const keys = testSigner();
const begin = Buffer.from('{}');

const label: fc.Arbitrary<Label> = fc
  .record({
    seconds: fc.oneof(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -86_400, max: 3_000_000_000 })),
    type: fc.constantFrom('full' as const, 'logs-only' as const),
  })
  .map(({ seconds, type }) => nextLabel(new Date(now.getTime() + seconds * 1000), type, undefined));

const place = (each: Label) => ({ caId: 'ca', chain: '20261101T100000Z', label: each });

async function begunSink(labels: readonly Label[], isSigned: boolean): Promise<MemorySink> {
  const sink = new MemorySink();
  for (const each of labels) {
    const key = beginKey(place(each));
    const signature = isSigned ? keys.signer.sign(begin, key) : Buffer.from('none');
    sink.objects.set(key, { bytes: begin, modifiedAt: now, retainUntil: undefined });
    sink.objects.set(signatureKey(key), { bytes: signature, modifiedAt: now, retainUntil: undefined });
  }
  return sink;
}

async function next(sink: MemorySink, labels: readonly Label[], isTrusting = true): Promise<Label> {
  const holders = { caId: 'ca', sets: [], others: [], begun: labels.map(place) };
  const last = await lastLabel(sink, holders, { now, trusted: isTrusting ? keys.trusted : undefined });
  return nextLabel(now, 'full', last);
}

const times = (labels: readonly Label[]): readonly number[] => labels.map(({ time }) => time.getTime());

test('whatever labels somebody has taken, the next is near, and is none of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(label, { maxLength: 30 }), async (planted) => {
      const { time } = await next(await begunSink(planted, false), planted);
      expect(times(planted)).not.toContain(time.getTime());
      expect(time.getTime()).toBeGreaterThanOrEqual(now.getTime() - 500);
      expect(time.getTime()).toBeLessThanOrEqual(now.getTime() + (planted.length + 1) * 1000);
    }),
  );
});

test.each([
  ['that are signed', true],
  ['where nobody is trusted', false],
])('the next comes after all labels %s', async (_which, isSigned) => {
  await fc.assert(
    fc.asyncProperty(fc.array(label, { maxLength: 10 }), async (taken) => {
      const { time } = await next(await begunSink(taken, isSigned), taken, isSigned);
      expect(Math.max(0, ...times(taken))).toBeLessThan(time.getTime());
    }),
  );
});

test('a sink that fails is not taken for one without signatures', async () => {
  const later = parseLabel('20261122T100000Z-full');
  if (later === undefined) throw new Error('not a label');
  const sink = new FaultySink(await begunSink([later], true), [{ method: 'get' }]);
  const holders = { caId: 'ca', sets: [], others: [], begun: [place(later)] };
  await expect(lastLabel(sink, holders, { now, trusted: keys.trusted })).rejects.toMatchObject({
    code: 'sink-unreachable',
  });
  expect(await sink.stat(objectKey(beginKey(place(later))))).toBeDefined();
});
