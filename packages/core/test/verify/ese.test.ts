import { type SetVerdict, type VerifyEvent, type VerifyOptions, verifySet } from '@adcs-backup/core';
import { FaultySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { noise } from '../arrange.ts';
import { BackupLine } from '../backup-line.ts';
import { CaHistory, DATABASE_NAME } from '../ca-history.ts';
import { editManifest } from '../stored-manifest.ts';

const PAGE = 4096;

/** A line whose newest set has a page with a flipped bit. */
async function suspectLine(): Promise<{ readonly line: BackupLine; readonly label: string }> {
  const line = new BackupLine();
  line.ca.issue(3);
  const prepare = () => {
    const bytes = Buffer.from(line.ca.lastDatabase?.bytes ?? []);
    bytes.writeUInt8(bytes.readUInt8(5 * PAGE + 100) ^ 4, 5 * PAGE + 100);
    return { databases: { [DATABASE_NAME]: bytes } };
  };
  const { label } = await line.sealed('full', { script: { prepare } });
  return { line, label };
}

async function checked(line: BackupLine, label: string, options: VerifyOptions = { ese: true }): Promise<SetVerdict> {
  return await verifySet(line.sink, await line.entry(label), options);
}

function keyOf(line: BackupLine, pattern: RegExp): string {
  return [...line.sink.objects.keys()].find((key) => pattern.test(key)) ?? '';
}

describe('checking pages and logs of a stored set again', () => {
  test('finds nothing in a sound set', async () => {
    const line = new BackupLine();
    line.ca.issue(3);
    const { label } = await line.full();
    expect(await checked(line, label)).toMatchObject({
      intact: true,
      sound: true,
      findings: [],
      contentFindings: [],
      filesChecked: 3,
    });
  });

  test('is not done unless asked for', async () => {
    const line = new BackupLine();
    const { label } = await line.full();
    expect(await checked(line, label, {})).toMatchObject({ intact: true, filesChecked: 0 });
  });

  test('takes what was known of a suspect set for no news', async () => {
    const { line, label } = await suspectLine();
    expect(await checked(line, label)).toMatchObject({
      intact: true,
      sound: false,
      findings: [],
      contentFindings: [{ code: 'page-bit-flipped', offset: 5 * PAGE, number: 4 }],
      verdict: { restorable: 'no' },
    });
  });

  test('finds a damaged page of a set that says of itself that it is sound', async () => {
    const { line, label } = await suspectLine();
    await editManifest(line.sink, label, (manifest) => {
      manifest.sound = true;
      manifest.findings = [];
      manifest.checks = { ...manifest.checks, contents: 'passed' };
      for (const file of manifest.files) file.intact = true;
    });
    expect(await checked(line, label, { readData: 100 })).toMatchObject({ intact: true, contentFindings: [] });
    const message = `${DATABASE_NAME}: page 4 has one flipped bit, bit 2 of byte 100`;
    expect(await checked(line, label)).toMatchObject({
      intact: false,
      sound: true,
      findings: [{ code: 'content-changed', key: expect.stringContaining(label), message }],
      contentFindings: [{ code: 'page-bit-flipped', file: DATABASE_NAME, message }],
    });
  });

  test('reads files whose blocks lie in packs of several sets', async () => {
    const line = new BackupLine(new CaHistory(Array.from({ length: 40 }, (_, index) => (index % 5) + index)));
    for (let round = 0; round < 4; round += 1) {
      await line.full();
      line.ca.issue(3);
    }
    const { packs, label, files } = await line.sealed('full');
    expect(packs.length).toBeGreaterThan(3);
    line.sink.calls.length = 0;
    expect(await checked(line, label)).toMatchObject({ intact: true, contentFindings: [], filesChecked: files.length });
    const fetched = new Set(line.sink.calls.filter(({ method }) => method === 'get').map(({ key }) => key));
    expect(packs.filter(({ key }) => !fetched.has(key))).toEqual([]);
  });

  test('reads a file larger than what is fetched at once', async () => {
    const line = new BackupLine(new CaHistory(Array.from({ length: 150 }, (_, index) => index + 1)));
    const { label } = await line.full();
    const events: VerifyEvent[] = [];
    const observe = (event: VerifyEvent): void => {
      events.push(event);
    };
    expect(await checked(line, label, { ese: true, observe })).toMatchObject({ intact: true });
    const done = events.map(({ doneBytes }) => doneBytes);
    expect(done.at(-1)).toBe(events[0]?.totalBytes);
    expect(done.every((bytes, index) => index === 0 || bytes > (done[index - 1] ?? 0))).toBe(true);
  });

  test.each<[string, (line: BackupLine, pack: string) => void, string]>([
    ['gone', ({ sink }, pack) => sink.remove(pack), "isn't there"],
    ['altered', ({ sink }, pack) => sink.replace(pack, invert(sink.objects.get(pack)?.bytes)), 'decompressed'],
    ['cut', ({ sink }, pack) => sink.replace(pack, Buffer.alloc(9)), ''],
  ])('says of a pack that is %s which files cannot be read', async (_name, damage, words) => {
    const line = new BackupLine();
    const { label } = await line.full();
    damage(line, keyOf(line, /pack-00001$/));
    const { intact, findings, contentFindings } = await checked(line, label);
    expect(intact).toBe(false);
    expect(contentFindings.map(({ code, file }) => [code, file])).toContainEqual(['unreadable', DATABASE_NAME]);
    const changed = findings.filter(({ code }) => code === 'content-changed');
    expect(changed[0]?.message).toContain(`${DATABASE_NAME}: `);
    expect(changed[0]?.message).toContain(words);
  });

  test('is not misled by a stretch of no blocks', async () => {
    const line = new BackupLine();
    const { label } = await line.full();
    await editManifest(line.sink, label, ({ files }) => {
      for (const { extents } of files) extents.push({ map: 0, firstEntry: 0, blocks: 0 });
    });
    expect(await checked(line, label)).toMatchObject({ intact: true, contentFindings: [], filesChecked: 2 });
  });

  test('is not done where the maps are not those of the files', async () => {
    const line = new BackupLine();
    const { label } = await line.full();
    await editManifest(line.sink, label, ({ files }) => {
      for (const file of files) file.treeDigest = '0'.repeat(64);
    });
    expect(await checked(line, label)).toMatchObject({
      intact: false,
      filesChecked: 0,
      findings: [
        { code: 'map-invalid', message: expect.stringContaining("don't have the tree digest of the manifest") },
      ],
    });
  });

  test('holds every block to its digest, also where nothing is compressed', async () => {
    const line = new BackupLine();
    // Not even a header: known, so no news.
    const prepare = () => ({ databases: { [DATABASE_NAME]: noise(150_000, 1) } });
    const { label } = await line.sealed('full', { script: { prepare } });
    const pack = keyOf(line, /pack-00001$/);
    const bytes = Buffer.from(line.sink.objects.get(pack)?.bytes ?? []);
    bytes.writeUInt8(bytes.readUInt8(100_000) ^ 1, 100_000);
    expect(await checked(line, label)).toMatchObject({ intact: true, contentFindings: [{ code: 'headers-bad' }] });
    line.sink.replace(pack, bytes);
    const { findings } = await checked(line, label);
    expect(findings.map(({ message }) => message)).toEqual([
      `${DATABASE_NAME}: ${pack}: a block in the frame at 0 has another SHA-256 than its map says`,
    ]);
  });

  test('fails when the sink fails, and ends with the reason of an abort', async () => {
    const line = new BackupLine();
    const entry = await line.full().then(() => line.entry());
    const faulty = new FaultySink(line.sink, [{ method: 'get', key: /pack-/ }]);
    await expect(verifySet(faulty, entry, { ese: true })).rejects.toMatchObject({ code: 'sink-unreachable' });
    const abort = new AbortController();
    const observe = (): void => abort.abort(new Error('stop'));
    await expect(verifySet(line.sink, entry, { ese: true, observe, signal: abort.signal })).rejects.toThrow('stop');
  });
});

/** Every frame still decompresses or is found damaged; no byte is what it was. */
function invert(bytes: Uint8Array | undefined): Uint8Array {
  return Uint8Array.from(bytes ?? [], (byte) => byte ^ 0xff);
}

describe('a set that was sound but whose chain lost something', () => {
  async function lineOfThree(): Promise<{ readonly line: BackupLine; readonly labels: readonly string[] }> {
    const line = new BackupLine();
    line.ca.issue(3);
    const labels = [(await line.full()).label];
    for (const _count of [1, 2]) {
      line.ca.issue();
      labels.push((await line.sealed('logs-only', { truncateLogs: true })).label);
    }
    return { line, labels };
  }

  test.each([
    { whose: 'the full set', index: 0, restorable: 'no', reason: 'the full set that', more: [] },
    {
      whose: 'a set on the way',
      index: 1,
      restorable: 'partly',
      reason: 'log 5 is missing from the chain',
      more: ['history-broken'],
    },
  ])('is broken: the manifest of $whose is gone', async ({ index, restorable, reason, more }) => {
    const { line, labels } = await lineOfThree();
    const last = labels.at(-1) ?? '';
    line.sink.remove((await line.entry(labels[index] ?? '')).manifestKey);
    const message = expect.stringContaining(`it was sound when it was sealed, but now: ${reason}`);
    expect(await checked(line, last, {})).toMatchObject({
      intact: false,
      sound: true,
      findings: [{ code: 'chain-broken', message }, ...more.map((code) => ({ code }))],
      verdict: { restorable },
    });
  });

  test('is broken when the manifest of a set on the way cannot be read, which the finding says', async () => {
    const { line, labels } = await lineOfThree();
    const [, first = '', last = ''] = labels;
    const { manifestKey } = await line.entry(first);
    line.sink.replace(manifestKey, Buffer.from('{'));
    const { findings, verdict } = await checked(line, last, {});
    expect(findings).toMatchObject([
      { code: 'chain-broken', message: expect.stringContaining(manifestKey) },
      { code: 'history-broken', key: manifestKey },
    ]);
    expect(verdict?.reasons).toContain('log 5 is missing from the chain');
  });

  test('restores as long as another set of the chain has what is missing', async () => {
    const line = new BackupLine();
    line.ca.issue(3);
    await line.full();
    const first = await line.sealed('logs-only');
    const second = await line.sealed('logs-only');
    line.sink.remove((await line.entry(first.label)).manifestKey);
    expect(await checked(line, second.label)).toMatchObject({
      findings: [{ code: 'history-broken' }],
      verdict: { restorable: 'complete' },
    });
  });
});
