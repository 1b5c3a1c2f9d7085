import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AdcsBackupError, type BackupOptions, restoreSet, verifySet } from '@adcs-backup/core';
import { MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { backUp, newestSet, noise, TestClock, temporaryFolder, testCa } from '../arrange.ts';
import { testIdentities, testRecipients } from '../keys.ts';

const recipients = testRecipients('alice', 'bob');
const crlPath = '\\\\ca01\\C$\\CertEnroll\\Test CA.crl';
/** Two frames, the second one not full. */
const crl = Buffer.concat([Buffer.alloc(900_000, 'revoked '), noise(300_000, 8)]);
const ca = testCa({ dynamicFiles: { [crlPath]: crl } });

async function encryptedSink(options: Partial<BackupOptions> = {}): Promise<MemorySink> {
  const sink = new MemorySink();
  const { result } = await backUp(sink, ca, { recipients, ...options });
  expect(result).toMatchObject({ at: 'finished', manifest: { recipients: ['alice', 'bob'], sound: true } });
  return sink;
}

async function restored(sink: MemorySink, name: string): Promise<Map<string, Buffer>> {
  const to = temporaryFolder();
  const { files } = await restoreSet(sink, await newestSet(sink), { to, identities: testIdentities(name) });
  return new Map(files.map((file) => [file.name, readFileSync(file.path)]));
}

function keysOf(sink: MemorySink, pattern: RegExp): string[] {
  return [...sink.objects.keys()].filter((key) => pattern.test(key));
}

describe('a set with recipients', () => {
  test.each(['alice', 'bob'])('is restored whole by each of them: %s', async (name) => {
    const files = await restored(await encryptedSink(), name);
    expect(files.get('Test CA.crl')?.equals(crl)).toBe(true);
    for (const [file, bytes] of Object.entries({ ...ca.databases, ...ca.logs })) {
      expect(Buffer.compare(files.get(file) ?? Buffer.alloc(0), Buffer.from(bytes as Uint8Array))).toBe(0);
    }
  });

  test('is encoded on threads as on one', async () => {
    const files = await restored(await encryptedSink({ workers: 2 }), 'alice');
    expect(files.get('Test CA.crl')?.equals(crl)).toBe(true);
  });

  test('has no pack that is not encrypted, and no digest of what is neither database nor log', async () => {
    const sink = await encryptedSink();
    for (const key of keysOf(sink, /pack-\d+$/)) {
      expect(Buffer.from(sink.objects.get(key)?.bytes ?? []).toString('latin1')).toMatch(/^age-encryption.org\/v1\n/);
    }
    const everything = Buffer.concat([...sink.objects.values()].map(({ bytes }) => bytes));
    for (let at = 0; at < crl.length; at += 65_536) {
      const digest = createHash('sha256')
        .update(crl.subarray(at, at + 65_536))
        .digest();
      expect(everything.includes(digest)).toBe(false);
      expect(everything.includes(digest.toString('hex'))).toBe(false);
    }
  });

  test('needs an identity before anything is read of a pack or written', async () => {
    const sink = await encryptedSink();
    sink.calls.length = 0;
    const to = temporaryFolder();
    const tried = restoreSet(sink, await newestSet(sink), { to });
    await expect(tried).rejects.toMatchObject({ code: 'identity-missing', message: /encrypted for alice, bob/ });
    expect(sink.calls.filter(({ key }) => key.includes('/pack-'))).toEqual([]);
  });

  test('is closed to others', async () => {
    const sink = await encryptedSink();
    await expect(restored(sink, 'mallory')).rejects.toMatchObject({
      code: 'identity-missing',
      message: expect.stringMatching(/^data\/.*\/pack-00001 can't be opened: it is for others$/),
    });
  });

  test('hands on what an identity has to say', async () => {
    const sink = await encryptedSink();
    const broken = new Error('the card was pulled out');
    const identities = { fileKeyOf: () => Promise.reject(broken) };
    const tried = restoreSet(sink, await newestSet(sink), { to: temporaryFolder(), identities });
    await expect(tried).rejects.toBe(broken);
    const hint = 'Put the card in again.';
    const gone = { fileKeyOf: () => Promise.reject(new AdcsBackupError('key-unusable', 'no card', { hint })) };
    const again = restoreSet(sink, await newestSet(sink), { to: temporaryFolder(), identities: gone });
    await expect(again).rejects.toMatchObject({ code: 'key-unusable', hint });
  });

  test('is built on by the next one, without a look into a pack', async () => {
    const sink = await encryptedSink();
    sink.calls.length = 0;
    const { result } = await backUp(sink, ca, { recipients, clock: new TestClock('2026-11-22T18:00:00Z') });
    if (result.at !== 'finished') throw result.error;
    // The CRL alone: its digests tell nothing of it, to the next run neither.
    expect(result.manifest.counts.newBlocks).toBe(Math.ceil(crl.length / 65_536));
    expect(sink.calls.filter(({ method, key }) => method === 'get' && key.includes('/pack-'))).toEqual([]);
    expect((await restored(sink, 'bob')).get('Test CA.crl')?.equals(crl)).toBe(true);
  });

  test('is checked page by page by who can open it, however its blocks are spread', async () => {
    const sink = await encryptedSink();
    await backUp(sink, ca, { recipients, clock: new TestClock('2026-11-22T18:00:00Z') });
    const options = { ese: true, readData: 100, identities: testIdentities('alice') };
    const verdict = await verifySet(sink, await newestSet(sink), options);
    expect(verdict).toMatchObject({ intact: true, sound: true, filesChecked: 3 });
    expect(verdict.blocksChecked).toBeGreaterThan(0);
  });

  test('whose pack was exchanged for another encrypted to the same people is refused', async () => {
    const [sink, other] = [await encryptedSink(), await encryptedSink()];
    const [key = ''] = keysOf(sink, /pack-00001$/);
    sink.replace(key, other.objects.get(key)?.bytes ?? Buffer.alloc(0));
    await expect(restored(sink, 'alice')).rejects.toThrow(`${key} has another SHA-256 than its manifest says`);
  });
});

describe('a run that can not encrypt', () => {
  const broken = new AdcsBackupError('key-unusable', 'no key today');

  test('stores nothing and asks the CA for nothing', async () => {
    const sink = new MemorySink();
    const failing = { names: ['alice'], newFileKey: () => Promise.reject(broken) };
    const { result, certSrv } = await backUp(sink, ca, { recipients: failing });
    expect(result).toMatchObject({ at: 'failed', error: broken });
    expect(sink.objects.size).toBe(0);
    expect(certSrv.calls).toEqual([]);
  });

  test('in the middle seals nothing, and stores nothing in the clear', async () => {
    const sink = new MemorySink();
    let left = 1;
    const newFileKey = () => (left-- > 0 ? recipients.newFileKey() : Promise.reject(broken));
    const { result } = await backUp(sink, ca, { recipients: { names: ['alice'], newFileKey } });
    expect(result).toMatchObject({ at: 'failed', error: broken });
    expect(keysOf(sink, /pack-|\/map-|^sets/)).toEqual([]);
  });
});
