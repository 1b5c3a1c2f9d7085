import { AdcsBackupError, verifySet } from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import { FaultySink } from '@adcs-backup/core/testing';
import { describe, expect, it, test } from 'vitest';
import { noise } from '../arrange.ts';
import { foulPlay, keyIn, restored, versionedLine } from '../foul-play.ts';

const everything = { readData: 100, ese: true };

describe.each(Object.entries(foulPlay))('an object that was %s', (_name, doTo) => {
  it.each(['pack-00001', 'map-00001'])('is read from its first version: %s', async (name) => {
    const filled = await versionedLine();
    const { line, label } = filled;
    const key = keyIn(line, new RegExp(`${name}$`));
    const modifiedAt = line.sink.objects.get(key)?.modifiedAt;
    doTo(line.sink, key);

    const { report, events } = await restored(filled);
    const older = { key, version: '1', modifiedAt, fault: expect.stringContaining(key) };
    expect(report).toMatchObject({ sound: true, verdict: { restorable: 'complete' }, olderVersions: [older] });
    expect(events.filter(({ type }) => type === 'older-version-read')).toEqual([
      { type: 'older-version-read', ...older },
    ]);
    line.expectFiles(report, line.expected.get(label) ?? expect.fail());

    const verdict = await verifySet(line.sink, await line.entry(label), everything);
    expect(verdict).toMatchObject({
      intact: false,
      contentFindings: [],
      filesChecked: 3,
      verdict: { restorable: 'complete' },
    });
    expect(verdict.findings).toMatchObject([{ key, olderVersion: { version: '1', modifiedAt } }]);
    expect(verdict.findings[0]?.message).toContain(
      `; version 1 of ${modifiedAt?.toISOString()} holds the right bytes: a restore reads it`,
    );
    expect(verdict.verdict?.reasons[0]).toBe(
      'an object was replaced or deleted in the sink: a restore reads what was there before',
    );
  });

  it('is found by the check of pages alone', async () => {
    const { line, label } = await versionedLine(Array.from({ length: 150 }, (_, index) => index + 1));
    const key = keyIn(line, /pack-00001$/);
    doTo(line.sink, key);
    const verdict = await verifySet(line.sink, await line.entry(label), { ese: true });
    expect(verdict).toMatchObject({
      intact: false,
      contentFindings: [],
      findings: [{ key, olderVersion: { version: '1' } }],
    });
  });
});

it('goes on in the middle of a pack of which only the end was altered', async () => {
  const { line, label } = await versionedLine(Array.from({ length: 150 }, (_, index) => index + 1));
  const key = keyIn(line, /pack-00001$/);
  const bytes = Buffer.from(line.sink.objects.get(key)?.bytes ?? []);
  bytes.fill(0, bytes.length - 1000);
  line.sink.replace(key, bytes);
  expect(await verifySet(line.sink, await line.entry(label), { ese: true })).toMatchObject({
    contentFindings: [],
    findings: [{ code: 'pack-damaged', key, olderVersion: { version: '1' } }],
  });
});

it('takes for the first version of a manifest the oldest that is one of this set', async () => {
  const filled = await versionedLine();
  const { line, label } = filled;
  const entry = await line.entry(label);
  line.sink.replace(entry.manifestKey, Buffer.from('encrypted, pay here'));
  line.sink.replace(entry.manifestKey, Buffer.from('{}'));
  const { report } = await restored(filled);
  expect(report.olderVersions).toMatchObject([{ key: entry.manifestKey, version: '1' }]);
  line.expectFiles(report, line.expected.get(label) ?? expect.fail());
  expect(await verifySet(line.sink, entry, everything)).toMatchObject({
    intact: false,
    sound: true,
    findings: [{ code: 'manifest-invalid', key: entry.manifestKey, olderVersion: { version: '1' } }],
    verdict: { restorable: 'complete' },
  });
});

describe('where no version helps', () => {
  /** The pack is another one, and `sink` is the way to it. */
  async function replacedPack() {
    const filled = await versionedLine();
    const key = keyIn(filled.line, /pack-00001$/);
    filled.line.sink.replace(key, noise(filled.line.sink.objects.get(key)?.bytes.length ?? 0, 8));
    return { filled, key, sink: new FaultySink(filled.line.sink), entry: await filled.line.entry(filled.label) };
  }

  test('the fault of the object is told, and how many versions were looked at', async () => {
    const { filled, key, sink, entry } = await replacedPack();
    sink.inject({ method: 'get', key: /pack/, nth: 2, error: () => new AdcsBackupError('object-not-found', 'gone') });
    const message = `${key} has another SHA-256 than its manifest says; no version that the sink keeps of it (2) is what was stored`;
    await expect(restored(filled, sink)).rejects.toMatchObject({ code: 'integrity-failed', message });
    sink.inject({ method: 'get', key: /pack/, nth: 2, error: () => new AdcsBackupError('object-not-found', 'gone') });
    expect(await verifySet(sink, entry, { readData: 100 })).toMatchObject({
      findings: [{ code: 'pack-damaged', key, message }],
      verdict: { restorable: 'no' },
    });
  });

  test.each(['versions', 'get'] as const)('a refused %s is told as why they are not known', async (method) => {
    const { filled, key, sink } = await replacedPack();
    const denied = new AdcsBackupError('sink-denied', 'not allowed', { hint: 'Allow it.' });
    sink.inject({ method, key: /pack/, nth: method === 'get' ? 2 : 1, error: () => denied });
    await expect(restored(filled, sink)).rejects.toMatchObject({
      code: 'integrity-failed',
      message: `${key} has another SHA-256 than its manifest says; its older versions can't be read: not allowed`,
      hint: 'Allow it.',
      cause: denied,
    });
  });

  test('a refusal without a hint leaves that of the fault', async () => {
    const { filled, sink } = await replacedPack();
    sink.inject({ method: 'versions', error: () => new AdcsBackupError('sink-denied', 'not allowed') });
    await expect(restored(filled, sink)).rejects.toMatchObject({ hint: expect.stringContaining('altered or damaged') });
  });

  test('a sink that cannot be reached is no fault of the object', async () => {
    const { filled, sink, entry } = await replacedPack();
    sink.inject({ method: 'versions', times: 2 });
    await expect(restored(filled, sink)).rejects.toMatchObject({ code: 'sink-unreachable' });
    await expect(verifySet(sink, entry, everything)).rejects.toMatchObject({ code: 'sink-unreachable' });
  });

  test('an abort while they are listed is an abort', async () => {
    const { sink, entry } = await replacedPack();
    sink.inject({ method: 'versions', kind: 'hang' });
    const abort = new AbortController();
    setTimeout(() => abort.abort(new AdcsBackupError('stalled', 'stop')), 10);
    await expect(verifySet(sink, entry, { ...everything, signal: abort.signal })).rejects.toThrow('stop');
  });

  test('a sink that has no list of them tells the fault as it is', async () => {
    const { filled, key, sink } = await replacedPack();
    const bare: BackupSink = {
      sinkApi: 1,
      location: sink.location,
      supports: sink.supports,
      put: (each, body) => sink.put(each, body),
      get: (each, options) => sink.get(each, options),
      stat: (each) => sink.stat(each),
      list: (prefix) => sink.list(prefix),
      delete: (each) => sink.delete(each),
      [Symbol.asyncDispose]: async () => undefined,
    };
    const message = `${key} has another SHA-256 than its manifest says`;
    await expect(restored(filled, bare)).rejects.toMatchObject({ code: 'integrity-failed', message });
  });
});

it('looks again when the version that it used is gone for a moment', async () => {
  const filled = await versionedLine();
  const { line, label } = filled;
  const key = keyIn(line, /map-00001$/);
  line.sink.remove(key);
  const sink = new FaultySink(line.sink);
  sink.inject({ method: 'get', key: /map/, nth: 3, error: () => new AdcsBackupError('object-not-found', 'gone') });
  const { report, events } = await restored(filled, sink);
  expect(report.olderVersions).toMatchObject([{ key, version: '1' }]);
  expect(events.filter(({ type }) => type === 'older-version-read')).toHaveLength(1);
  expect(sink.count('versions')).toBe(2);
  line.expectFiles(report, line.expected.get(label) ?? expect.fail());
});

it('is not done by a backup: it stores again what it cannot read as it is', async () => {
  const { line } = await versionedLine();
  line.sink.replace(keyIn(line, /map-00001$/), noise(9, 9));
  line.sink.calls.length = 0;
  const { result } = await line.run('full');
  expect(result).toMatchObject({ at: 'finished', manifest: { sound: true } });
  expect(line.sink.calls.filter(({ method }) => method === 'versions')).toEqual([]);
});
