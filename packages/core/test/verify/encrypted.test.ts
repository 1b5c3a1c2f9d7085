import { verifySet } from '@adcs-backup/core';
import { FaultySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { BackupLine } from '../backup-line.ts';
import { keyIn } from '../foul-play.ts';
import { testIdentities, testRecipients } from '../keys.ts';

/** What can be checked of an encrypted set, with and without the key that opens it. */

async function encrypted(): Promise<{ readonly line: BackupLine; readonly pack: string }> {
  const line = new BackupLine();
  line.ca.issue();
  await line.sealed('full', { recipients: testRecipients('alice') });
  return { line, pack: keyIn(line, /pack-00001$/) };
}

test('without a key the stored bytes are checked, and it is said that no more is', async () => {
  const { line, pack } = await encrypted();
  const entry = await line.entry();
  const whole = await verifySet(line.sink, entry, { readData: 100 });
  expect(whole).toMatchObject({ intact: true, contents: 'stored-bytes', packsRead: 1, blocksChecked: 0 });
  expect(await verifySet(line.sink, entry)).toMatchObject({ intact: true, contents: undefined, packsRead: 0 });
  const bytes = Buffer.from(line.sink.objects.get(pack)?.bytes ?? []);
  bytes.writeUInt8(bytes.readUInt8(500) ^ 1, 500);
  line.sink.replace(pack, bytes);
  const damaged = await verifySet(line.sink, entry, { readData: 100 });
  expect(damaged).toMatchObject({
    contents: 'stored-bytes',
    packsRead: 0,
    findings: [{ code: 'pack-damaged', key: pack }],
  });
});

test('with a key every block is', async () => {
  const { line } = await encrypted();
  const options = { readData: 100, ese: true, identities: testIdentities('alice') };
  const verdict = await verifySet(line.sink, await line.entry(), options);
  expect(verdict).toMatchObject({ intact: true, contents: 'checked', packsRead: 1 });
  expect(verdict.blocksChecked).toBeGreaterThan(0);
});

test('pages and logs can not be looked at without one, which is said before a pack is read', async () => {
  const { line, pack } = await encrypted();
  line.sink.calls.length = 0;
  const checking = verifySet(line.sink, await line.entry(), { readData: 100, ese: true });
  await expect(checking).rejects.toMatchObject({
    code: 'identity-missing',
    hint: expect.stringContaining('--identity'),
  });
  expect(line.sink.calls.some(({ method, key }) => method === 'get' && key === pack)).toBe(false);
});

test('a sink that fails is no finding', async () => {
  const { line } = await encrypted();
  const sink = new FaultySink(line.sink, [{ method: 'get', key: /pack-00001$/ }]);
  await expect(verifySet(sink, await line.entry(), { readData: 100 })).rejects.toMatchObject({
    code: 'sink-unreachable',
  });
});

test('a set that is not encrypted is checked block by block', async () => {
  const line = new BackupLine();
  await line.sealed('full');
  expect(await verifySet(line.sink, await line.entry(), { readData: 100 })).toMatchObject({ contents: 'checked' });
});
