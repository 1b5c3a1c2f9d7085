import { listSets, type SetVerdict, verifySet } from '@adcs-backup/core';
import { FaultySink, type MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { BackupLine } from '../backup-line.ts';
import { keyIn } from '../foul-play.ts';

/** Links between sets, which need no signatures. */

async function filled(): Promise<BackupLine> {
  const line = new BackupLine();
  for (const newChain of [false, false, true, false]) {
    line.ca.issue();
    await line.sealed('full', { truncateLogs: true, newChain });
  }
  return line;
}

async function verdicts(sink: MemorySink, isAlone = false): Promise<readonly SetVerdict[]> {
  const all: SetVerdict[] = [];
  for (const entry of await listSets(sink)) all.push(await verifySet(sink, entry, isAlone ? {} : { earlier: all }));
  return all;
}

function edit({ sink }: BackupLine, key: string, change: (text: string) => string): void {
  sink.replace(key, Buffer.from(change(Buffer.from(sink.objects.get(key)?.bytes ?? []).toString())));
}

describe.each([
  ['alone', true],
  ['after those before it', false],
])('a set that is verified %s', (_how, isAlone) => {
  async function findings(line: BackupLine): Promise<readonly string[]> {
    const all = (await verdicts(line.sink, isAlone)).flatMap((verdict) => verdict.findings);
    return all.map(({ code, key }) => `${code} ${key.replace(/.*\//, '')}`);
  }

  test('has nothing wrong with it when nobody was there', async () => {
    expect(await findings(await filled())).toEqual([]);
  });

  test('names the one before it when that was exchanged', async () => {
    const line = await filled();
    edit(line, keyIn(line, /120000Z-full\.json$/), (text) => text.replace('"host": "', '"host": "x'));
    expect(await findings(line)).toEqual(['history-broken 20261101T120000Z-full.json']);
  });

  test('names the one before it when that is gone and its chain is not', async () => {
    const line = await filled();
    line.sink.remove(keyIn(line, /120000Z-full\.json$/));
    expect(await findings(line)).toEqual(['history-broken 20261101T120000Z-full.json']);
  });

  test('has nothing wrong with it when the whole chain before it was deleted', async () => {
    const line = await filled();
    for (const key of [...line.sink.objects.keys()].filter((each) => each.includes('/20261101T110000Z/'))) {
      line.sink.remove(key);
    }
    expect(await findings(line)).toEqual([]);
  });

  test('has another number than it should', async () => {
    const line = await filled();
    edit(line, keyIn(line, /140000Z-full\.json$/), (text) => text.replace('"number": 4', '"number": 5'));
    expect(await findings(line)).toEqual(['history-broken 20261101T140000Z-full.json']);
  });

  test('names as the one before it what can be none', async () => {
    const line = await filled();
    edit(line, keyIn(line, /140000Z-full\.json$/), (text) =>
      text.replace('"label": "20261101T130000Z-full"', '"label": "../x"'),
    );
    expect(await findings(line)).toEqual(['history-broken 20261101T140000Z-full.json']);
  });
});

test('what cannot be read has a finding of its own, and is not named twice', async () => {
  const line = await filled();
  line.sink.replace(keyIn(line, /120000Z-full\.json$/), Buffer.from('{'));
  expect((await verdicts(line.sink)).map(({ findings }) => findings.map(({ code }) => code))).toEqual([
    [],
    ['manifest-invalid'],
    [],
    [],
  ]);
});

test('a set that went on from one that could not be read says so with no finding', async () => {
  const line = await filled();
  line.sink.replace(keyIn(line, /140000Z-full\.json$/), Buffer.from('{'));
  line.ca.issue();
  const { label } = await line.sealed('full');
  expect(await verifySet(line.sink, await line.entry(label))).toMatchObject({ findings: [], number: 5 });
});

test('one before it that is larger than any object is not what it goes on from', async () => {
  const line = await filled();
  line.sink.replace(keyIn(line, /130000Z-full\.json$/), Buffer.alloc(33 * 1024 ** 2));
  const verdict = await verifySet(line.sink, await line.entry('20261101T140000Z-full'));
  expect(verdict.findings).toMatchObject([{ code: 'history-broken' }]);
});

test('a sink that fails is no finding', async () => {
  const line = await filled();
  const entry = await line.entry('20261101T140000Z-full');
  const sink = new FaultySink(line.sink, [{ method: 'get', key: /130000Z-full\.json$/ }]);
  await expect(verifySet(sink, entry)).rejects.toMatchObject({ code: 'sink-unreachable' });
});
