import { AdcsBackupError, findSet, listSets, readSet, type Warning } from '@adcs-backup/core';
import { FaultySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { keyIn } from '../foul-play.ts';
import { plant, SignedLine } from '../signed-line.ts';
import { testSigner } from '../signers.ts';

const codes = (warnings: readonly Warning[]): readonly string[] => warnings.map(({ code }) => code);
const later = '99990101T000000Z-full';

describe('a host that trusts its own key alone', () => {
  test('goes on from what it signed', async () => {
    const signed = new SignedLine();
    const first = await signed.sealed('full');
    const second = await signed.sealed('auto');
    expect(second).toMatchObject({
      type: 'logs-only',
      chain: first.chain,
      number: 2,
      previous: { label: first.label, chain: first.chain },
      warnings: [],
    });
    await signed.expectRestores(second.label);
    expect(await signed.findings()).toEqual([]);
    expect((await signed.verdicts()).map(({ signature, number }) => [signature, number])).toEqual([
      ['verified', 1],
      ['verified', 2],
    ]);
  });

  test.each([
    ['in its chain', true],
    ['in a chain of its own', false],
  ])('goes on as if a planted set were not there: %s', async (_where, isInChain) => {
    for (const label of ['20261101T133000Z-full', later]) {
      const signed = new SignedLine();
      const first = await signed.sealed('full');
      plant(signed.sink, first.label, isInChain ? { label, chain: first.chain } : { label });
      const second = await signed.sealed('auto');
      expect(second).toMatchObject({
        type: 'logs-only',
        chain: first.chain,
        number: 2,
        previous: { label: first.label },
      });
      expect(second.label).toBe('20261101T120000Z-logs-only');
      expect(codes(second.warnings)).toEqual(['set-not-verified']);
      expect(second.warnings[0]?.message).toContain(label);
      const third = await signed.sealed('full');
      expect(third).toMatchObject({ chain: first.chain, number: 3, previous: { label: second.label } });
      await signed.expectRestores(third.label);
    }
  });

  test('believes no set of another key, nor one without a signature', async () => {
    for (const { signer } of [testSigner(), { signer: undefined }]) {
      const signed = new SignedLine();
      const forged = await signed.sealed('full', { signer } as object);
      const own = await signed.sealed('full');
      expect(own).toMatchObject({ number: 1, chain: own.label.slice(0, 16), previous: undefined });
      expect(own.chain).not.toBe(forged.chain);
      expect(codes(own.warnings)).toEqual(['set-not-verified']);
    }
  });

  test('says it once of all sets from before signing was switched on, and never again', async () => {
    const signed = new SignedLine();
    const unsigned = { signer: undefined, trusted: undefined };
    for (const type of ['full', 'auto', 'auto'] as const) await signed.sealed(type, unsigned as object);
    const own = await signed.sealed('auto');
    expect(own).toMatchObject({ type: 'full', number: 1, previous: undefined });
    expect(own.warnings).toEqual([
      {
        code: 'set-not-verified',
        message: '3 sets do not count, 20261101T110000Z-full to 20261101T130000Z-logs-only: they are not signed',
        hint: expect.stringContaining('before signing was switched on'),
      },
    ]);
    const next = await signed.sealed('auto');
    expect(next).toMatchObject({ type: 'logs-only', chain: own.chain, number: 2, warnings: [] });
  });

  test('counts as not there a set that was altered after it was signed, and says so', async () => {
    const signed = new SignedLine();
    const first = await signed.sealed('full');
    const second = await signed.sealed('auto');
    const key = keyIn(signed.line, /120000Z-logs-only\.json$/);
    const text = Buffer.from(signed.sink.objects.get(key)?.bytes ?? []).toString();
    signed.sink.replace(key, Buffer.from(text.replace('"sound": true', '"sound": false')));
    const third = await signed.sealed('auto');
    expect(third).toMatchObject({ number: 2, previous: { label: first.label } });
    expect(third.warnings[0]?.message).toBe(`${second.label} does not count: ${key} is not what was signed`);
  });

  test('takes a full set when one on the way does not verify, since what that has may be needed', async () => {
    const signed = new SignedLine();
    await signed.sealed('full');
    const second = await signed.sealed('auto');
    await signed.sealed('auto');
    signed.sink.remove(keyIn(signed.line, /120000Z-logs-only\.json\.minisig$/));
    expect((await signed.sealed('auto')).type).toBe('full');
    const again = new SignedLine();
    const full = await again.sealed('full');
    await again.sealed('auto');
    // Planted between them: no set goes on from it.
    plant(again.sink, full.label, { label: '20261101T113000Z-full', chain: full.chain });
    const fourth = await again.sealed('auto');
    expect(fourth).toMatchObject({ type: 'logs-only', base: full.label, number: 3 });
    expect(codes(fourth.warnings)).toEqual(['earlier-outcome-damaged', 'set-not-verified']);
    await again.expectRestores(fourth.label);
    expect(second.type).toBe('logs-only');
  });

  test('does not go on from what it signed and cannot read, but counts on behind it', async () => {
    const signed = new SignedLine();
    const first = await signed.sealed('full');
    const key = keyIn(signed.line, /full\.json$/);
    signed.sink.replace(key, Buffer.from('{'));
    signed.sink.replace(`${key}.minisig`, signed.keys.signer.sign(Buffer.from('{'), key));
    const next = await signed.sealed('full');
    expect(next).toMatchObject({ number: 2, previous: { label: first.label } });
    expect(next.chain).not.toBe(first.chain);
    expect(codes(next.warnings)).toEqual(['earlier-set-damaged']);
  });

  test.each([
    ['the newest', /130000Z-logs-only\.json$/],
    ['one on the way', /120000Z-logs-only\.json$/],
  ])('fails when the sink does, and takes %s for no forgery', async (_which, key) => {
    const signed = new SignedLine();
    for (const type of ['full', 'logs-only', 'logs-only'] as const) await signed.sealed(type);
    const sink = new FaultySink(signed.sink, [{ method: 'get', key }]);
    const { result } = await signed.line.run('full', { ...signed.keys, sinks: [sink] });
    expect(result).toMatchObject({ at: 'failed', error: { code: 'sink-unreachable' } });
  });

  test('knows the name of its CA from what it signed alone', async () => {
    const signed = new SignedLine();
    const first = await signed.sealed('full');
    plant(signed.sink, first.label, { label: later });
    const key = keyIn(signed.line, new RegExp(`${later}.json$`));
    const text = Buffer.from(signed.sink.objects.get(key)?.bytes ?? []).toString();
    signed.sink.replace(key, Buffer.from(text.replace('"name": "Test CA"', '"name": "Other CA"')));
    const beforeCall = (call: string): void => {
      if (call === 'databaseLocations') throw new AdcsBackupError('certsrv-failed', 'not today');
    };
    const second = await signed.sealed('logs-only', { script: { beforeCall } });
    expect(second).toMatchObject({ ca: { name: 'Test CA' }, base: first.label, number: 2 });
  });
});

describe('labels', () => {
  test('are not pushed into the future by a begin that somebody put there', async () => {
    const signed = new SignedLine();
    const { chain, label } = await signed.sealed('full');
    const begin = keyIn(signed.line, /begin\.json$/);
    const object = signed.sink.objects.get(begin);
    if (object === undefined) throw new Error('there is no begin');
    for (const planted of ['20261231T000000Z-full', later]) {
      signed.sink.objects.set(begin.replace(label, planted), object);
      signed.sink.objects.set(`${begin.replace(label, planted)}.minisig`, object);
    }
    const next = await signed.sealed('full');
    expect(next).toMatchObject({ label: '20261101T120000Z-full', chain, number: 2 });
  });

  test('come after those of the host, though its clock went back', async () => {
    const signed = new SignedLine();
    await signed.sealed('full');
    const puts = new FaultySink(signed.sink, [{ method: 'put', key: /^sets/ }]);
    const { result } = await signed.line.run('full', { ...signed.keys, sinks: [puts] });
    expect(result.at).toBe('failed');
    signed.line.clock.time = new Date('2026-11-01T08:00:00Z');
    expect((await signed.sealed('full')).label).toBe('20261101T120001Z-full');
  });

  test('that somebody has taken are stepped over', async () => {
    const signed = new SignedLine();
    const first = await signed.sealed('full');
    for (const second of ['00', '01', '02']) {
      plant(signed.sink, first.label, { label: `20261101T1200${second}Z-full`, chain: first.chain });
    }
    expect((await signed.sealed('full')).label).toBe('20261101T120003Z-full');
  });
});

describe('without trusted keys', () => {
  test('sets of others count as ever, and a host that begins to sign begins a chain', async () => {
    const signed = new SignedLine();
    const unsigned = { signer: undefined, trusted: undefined };
    const first = await signed.sealed('full', unsigned as object);
    const second = await signed.sealed('auto', { trusted: undefined } as object);
    expect(second).toMatchObject({ type: 'full', number: 2, previous: { label: first.label }, warnings: [] });
    expect(second.chain).not.toBe(first.chain);
    const third = await signed.sealed('auto', unsigned as object);
    expect(third).toMatchObject({ type: 'logs-only', chain: second.chain });
    expect(codes(third.warnings)).toEqual(['not-signed']);
  });
});

describe('latest', () => {
  test('is refused when nobody who is trusted signed it, and not stepped over', async () => {
    for (const spoil of ['remove', 'plant'] as const) {
      const signed = new SignedLine();
      const { trusted } = signed.keys;
      const { label } = await signed.sealed('full');
      expect((await findSet(signed.sink, { label: 'latest', trusted })).label.text).toBe(label);
      if (spoil === 'remove') signed.sink.remove(keyIn(signed.line, /full\.json\.minisig$/));
      else plant(signed.sink, label, { label: later });
      await expect(findSet(signed.sink, { label: 'latest', trusted })).rejects.toMatchObject({
        code: 'signature-invalid',
        message: expect.stringContaining(spoil === 'remove' ? label : later),
        hint: expect.stringContaining('name its label'),
      });
      expect((await findSet(signed.sink, { label: 'latest' })).label.text).toBe(spoil === 'remove' ? label : later);
    }
  });

  test('steps over a suspect set that is signed', async () => {
    const signed = new SignedLine();
    const { trusted } = signed.keys;
    const { label } = await signed.sealed('full');
    await signed.sealed('full', { script: { prepare: () => ({ logs: {} }) } });
    expect((await findSet(signed.sink, { label: 'latest', trusted })).label.text).toBe(label);
  });
});

test('a set that is read with trusted keys says what is wrong with its outcome', async () => {
  const signed = new SignedLine();
  const { trusted } = signed.keys;
  await signed.sealed('full');
  const key = keyIn(signed.line, /outcome\.json\.minisig$/);
  signed.sink.replace(key, Buffer.alloc(33 * 1024 ** 2));
  const [entry] = await listSets(signed.sink);
  if (entry === undefined) throw new Error('there is no set');
  const set = await readSet(signed.sink, entry, { trusted });
  expect(set.outcome).toBeUndefined();
  expect(set.outcomeFault).toMatchObject({
    code: 'signature-invalid',
    message: expect.stringContaining('no readable signature'),
  });
});
