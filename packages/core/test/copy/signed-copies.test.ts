import { copySets, listSets, type SetCopyResult, verifySet, withoutHoles } from '@adcs-backup/core';
import { MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { keyIn } from '../foul-play.ts';
import { contentsOf, SeveralLine } from '../several-line.ts';
import { plant, SignedLine } from '../signed-line.ts';
import { testSigner } from '../signers.ts';

async function filled(): Promise<SignedLine> {
  const signed = new SignedLine();
  await signed.sealed('full');
  await signed.sealed('logs-only');
  await signed.sealed('logs-only');
  return signed;
}

function outcomes(results: readonly SetCopyResult[]): readonly string[] {
  return results.map(({ entry, at }) => `${at} ${entry.label.text.slice(9, 13)}`);
}

async function copyAll({ sink, keys: { trusted } }: SignedLine, to: MemorySink, isTrusting = true) {
  return await copySets({ from: sink, to, entries: await listSets(sink) }, isTrusting ? { trusted } : {});
}

describe('signed sets', () => {
  test('are copied with all signatures, each before what it is of', async () => {
    const signed = await filled();
    const to = new MemorySink();
    expect(outcomes(await copyAll(signed, to))).toEqual(['copied 1100', 'copied 1200', 'copied 1300']);
    expect(contentsOf(to)).toEqual(contentsOf(signed.sink));
    const keys = [...to.objects.keys()];
    const signatures = keys.filter((key) => key.endsWith('.minisig'));
    expect(signatures).toHaveLength(12);
    for (const key of signatures) expect(keys.indexOf(key)).toBeLessThan(keys.indexOf(key.replace('.minisig', '')));
    const [first] = await copyAll(signed, to);
    expect(first).toMatchObject({ at: 'copied', objects: 0 });
  });

  test('get back a signature that was lost, also when sealed ones are skipped', async () => {
    const signed = await filled();
    const to = new MemorySink();
    await copyAll(signed, to);
    for (const key of [...to.objects.keys()].filter((each) => each.endsWith('.minisig'))) to.remove(key);
    const { trusted } = signed.keys;
    await copySets({ from: signed.sink, to, entries: await listSets(signed.sink) }, { trusted, skipSealed: true });
    expect(contentsOf(to)).toEqual(contentsOf(signed.sink));
  });

  test('that do not verify are told and left out; those that nobody goes on from stop no others', async () => {
    const signed = await filled();
    plant(signed.sink, '20261101T110000Z-full', { label: '20261101T113000Z-full', chain: '20261101T110000Z' });
    const to = new MemorySink();
    const results = await copyAll(signed, to);
    expect(outcomes(results)).toEqual(['copied 1100', 'failed 1130', 'copied 1200', 'copied 1300']);
    expect(results[1]).toMatchObject({ error: { code: 'signature-invalid' } });
    expect([...to.objects.keys()].filter((key) => key.includes('113000Z'))).toEqual([]);
    expect(outcomes(await copyAll(signed, new MemorySink(), false))).not.toContain('failed 1200');
  });

  test('stop what goes on from them when they do not verify', async () => {
    const signed = await filled();
    signed.sink.remove(keyIn(signed.line, /120000Z-logs-only\.json\.minisig$/));
    const results = await copyAll(signed, new MemorySink());
    expect(outcomes(results)).toEqual(['copied 1100', 'failed 1200', 'failed 1300']);
    expect(results[2]).toMatchObject({
      error: { message: expect.stringContaining('it builds on 20261101T120000Z-logs-only, which could not be') },
    });
  });
});

describe('what is copied with a set', () => {
  async function chains(): Promise<SignedLine> {
    const signed = new SignedLine();
    for (const newChain of [false, false, true, false]) await signed.sealed('full', { newChain });
    return signed;
  }

  test('is all of its chain up to it, so that verify names no hole', async () => {
    const { sink } = await chains();
    for (const entry of await listSets(sink)) {
      const to = new MemorySink();
      const entries = withoutHoles(entry, await listSets(sink), []);
      await copySets({ from: sink, to, entries });
      const copied = await listSets(to);
      expect(copied.at(-1)?.label).toEqual(entry.label);
      for (const each of copied) expect((await verifySet(to, each)).findings).toEqual([]);
    }
  });

  test('is also what is lacking of the chain before, where some of that is held', async () => {
    const { sink } = await chains();
    const all = await listSets(sink);
    const [first, second, third, fourth] = all;
    if (first === undefined || third === undefined || fourth === undefined)
      throw new Error('there are not enough sets');
    expect(withoutHoles(fourth, all, [first])).toEqual([second, third, fourth]);
    expect(withoutHoles(third, all, [first])).toEqual([second, third]);
    expect(withoutHoles(third, all, [])).toEqual([third]);
    expect(withoutHoles(first, all, [third])).toEqual([first]);
  });
});

describe('a sink of several that was down', () => {
  test('gets signatures, too, and nothing that somebody put beside', async () => {
    const line = new SeveralLine();
    const keys = testSigner();
    const [a, b] = line.pair;
    await line.sealed('full', { ...keys, truncateLogs: true });
    line.ca.issue();
    const { label, chain } = await line.sealed('full', { ...keys, sinks: [a], truncateLogs: true });
    plant(a.memory, label, { label: '20261101T123000Z-full', chain });
    for (const key of a.memory.objects.keys())
      if (key.includes('123000Z') && key.endsWith('minisig')) a.memory.remove(key);
    line.ca.issue();
    const last = await line.sealed('full', { ...keys, truncateLogs: true });
    expect(last.warnings.map(({ code }) => code)).toEqual(['set-not-verified']);
    const own = new Map([...contentsOf(a.memory)].filter(([key]) => !key.includes('123000Z')));
    expect(contentsOf(b.memory)).toEqual(own);
  });

  test('gets what it lacks of the chain before, when a new one begins', async () => {
    const line = new SeveralLine();
    const [a, b] = line.pair;
    await line.sealed('full', { truncateLogs: true });
    line.ca.issue();
    await line.sealed('full', { sinks: [a], truncateLogs: true });
    await line.sealed('full', { newChain: true });
    expect(contentsOf(b.memory)).toEqual(contentsOf(a.memory));
    await line.expectAllGood();
  });
});
