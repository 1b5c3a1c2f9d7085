import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkFreshness, lookAtCa, restoreSet, type TrustState } from '@adcs-backup/core';
import { FaultySink, type MemorySink } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../arrange.ts';
import { keyIn } from '../foul-play.ts';
import { bringBack, copyOf, plant, SignedLine } from '../signed-line.ts';
import { testSigner } from '../signers.ts';

/** What somebody without the signing key may do in the sink, and who finds it out. */

async function filled(options: { readonly versions?: boolean } = {}): Promise<SignedLine> {
  const signed = new SignedLine(options);
  await signed.sealed('full');
  await signed.sealed('logs-only');
  await signed.sealed('logs-only');
  return signed;
}

async function expectRefused(signed: SignedLine, label: string): Promise<void> {
  const to = join(temporaryFolder(), 'restored');
  const { trusted } = signed.keys;
  const entry = await signed.entry(label);
  await expect(restoreSet(signed.sink, entry, { to, trusted })).rejects.toMatchObject({
    code: expect.stringMatching(/^(signature-invalid|integrity-failed|object-not-found)$/),
  });
  expect(existsSync(to) ? readdirSync(to) : []).toEqual([]);
}

function flip(sink: MemorySink, key: string, at: number): void {
  const bytes = Buffer.from(sink.objects.get(key)?.bytes ?? []);
  bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ 1, at % bytes.length);
  sink.replace(key, bytes);
}

test('a bit that is flipped anywhere is found, and the object named', async () => {
  const signed = await filled();
  const before = copyOf(signed.sink);
  const keys = [...before.keys()];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...keys), fc.nat(), async (key, at) => {
      bringBack(signed.sink, before);
      flip(signed.sink, key, at);
      const findings = (await signed.verdicts()).flatMap((verdict) => verdict.findings);
      const named = findings.filter((finding) => finding.message.includes(key.replace(/\.minisig$/, '')));
      expect(named.length, key).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
  bringBack(signed.sink, before);
  expect(await signed.findings()).toEqual([]);
});

test('an object that is deleted anywhere is found, and named', async () => {
  const signed = await filled();
  const before = copyOf(signed.sink);
  const newest = keyIn(signed.line, /130000Z-logs-only\.json$/);
  for (const key of before.keys()) {
    // That the newest set is gone only who remembers it can tell; an outcome may never have come.
    if (key === newest || /outcome\.json$/.test(key)) continue;
    bringBack(signed.sink, before);
    signed.sink.remove(key);
    const findings = (await signed.verdicts()).flatMap((verdict) => verdict.findings);
    expect(
      findings.filter(({ message }) => message.includes(key.replace(/\.minisig$/, ''))).length,
      key,
    ).toBeGreaterThan(0);
  }
});

describe('a manifest', () => {
  test.each([
    ['forged by another key', testSigner()],
    ['without a signature', {}],
  ])(
    '%s is refused, and so is what builds on it',
    async (_what, { signer }: { signer?: SignedLine['keys']['signer'] }) => {
      const signed = new SignedLine();
      const { signer: _own, ...trusting } = signed.keys;
      const forger = signer === undefined ? {} : { signer };
      signed.line.ca.issue();
      const { label } = await signed.line.sealed('full', { truncateLogs: true, ...forger });
      const [verdict] = await signed.verdicts();
      expect(verdict).toMatchObject({ intact: false, signature: 'invalid', verdict: undefined, number: undefined });
      expect(verdict?.findings.map(({ code, key }) => [code, key])).toEqual([
        ['signature-invalid', keyIn(signed.line, /full\.json$/)],
      ]);
      await expectRefused(signed, label);
      expect(trusting.trusted.publicKeys).toHaveLength(1);
    },
  );

  test('of another CA or label is refused, with its signature', async () => {
    const signed = await filled();
    const [from, to] = [keyIn(signed.line, /120000Z-logs-only\.json$/), keyIn(signed.line, /130000Z-logs-only\.json$/)];
    for (const end of ['', '.minisig']) {
      signed.sink.replace(`${to}${end}`, signed.sink.objects.get(`${from}${end}`)?.bytes ?? Buffer.alloc(0));
    }
    expect(await signed.findings()).toEqual(['signature-invalid 20261101T130000Z-logs-only.json']);
    await expectRefused(signed, '20261101T130000Z-logs-only');
  });

  test('that was replaced is read from before, where the sink keeps versions', async () => {
    const signed = await filled({ versions: true });
    const key = keyIn(signed.line, /120000Z-logs-only\.json$/);
    for (const each of [
      key,
      `${key}.minisig`,
      keyIn(signed.line, /full\/begin\.json$/),
      keyIn(signed.line, /full\/map-00001\.minisig$/),
    ]) {
      signed.sink.replace(each, Buffer.from('{}'));
    }
    const { trusted } = signed.keys;
    const findings = (await signed.verdicts()).flatMap((verdict) => verdict.findings);
    expect(findings.map(({ code, olderVersion }) => [code, olderVersion !== undefined])).toEqual([
      ['begin-invalid', true],
      ['signature-invalid', true],
      ['signature-invalid', true],
      ['manifest-invalid', true],
    ]);
    const entry = await signed.entry('20261101T120000Z-logs-only');
    expect(await restoreSet(signed.sink, entry, { to: temporaryFolder(), trusted })).toMatchObject({ sound: true });
  });
});

describe('a sink that keeps no versions', () => {
  test('shows a begin that is gone, and a restore does not mind', async () => {
    const signed = await filled();
    signed.sink.remove(keyIn(signed.line, /full\/begin\.json$/));
    expect(await signed.findings()).toEqual(['begin-invalid 20261101T110000Z-full/begin.json']);
    await signed.expectRestores('20261101T130000Z-logs-only');
  });

  test('shows two packs that were swapped, and one that came from elsewhere', async () => {
    const [signed, other] = [await filled(), await filled()];
    const pack = keyIn(signed.line, /full\/pack-00001$/);
    const second = keyIn(signed.line, /120000Z-logs-only\/pack-00001$/);
    const [a, b] = [pack, second].map((key) => signed.sink.objects.get(key)?.bytes ?? Buffer.alloc(0));
    if (a === undefined || b === undefined) throw new Error('there are no packs');
    signed.sink.replace(pack, b);
    signed.sink.replace(second, a);
    expect(await signed.findings()).toContain('object-size 20261101T110000Z-full/pack-00001');
    await expectRefused(signed, '20261101T110000Z-full');
    signed.sink.replace(pack, Buffer.alloc(a.length));
    signed.sink.replace(second, b);
    expect(await signed.findings()).toContain('pack-damaged 20261101T110000Z-full/pack-00001');
    expect(await other.findings()).toEqual([]);
  });

  test('shows sets that were put there beside those of the host, which are as good as before', async () => {
    const signed = await filled();
    plant(signed.sink, '20261101T110000Z-full', { label: '20261101T113000Z-full', chain: '20261101T110000Z' });
    expect(await signed.findings()).toEqual(['signature-invalid 20261101T113000Z-full.json']);
    await signed.expectRestores('20261101T130000Z-logs-only');
  });
});

describe('a sink that was set back', () => {
  async function look(signed: SignedLine, state: TrustState) {
    const { trusted } = signed.keys;
    return checkFreshness(state, await lookAtCa(signed.sink, { caId: 'test-ca-1fe373', state }, { trusted }));
  }

  test('to an older state is found out by who remembers the newer one, and by nobody else', async () => {
    const signed = await filled();
    const older = copyOf(signed.sink);
    await signed.sealed('logs-only');
    const { state, findings } = await look(signed, new Map());
    expect(findings).toEqual([]);
    expect(state.get('test-ca-1fe373')).toMatchObject({ number: 4, publicKeys: signed.keys.trusted.publicKeys });
    bringBack(signed.sink, older);
    expect(await signed.findings()).toEqual([]);
    expect(await look(signed, state)).toMatchObject({ findings: [{ code: 'rolled-back' }], state });
    await signed.sealed('full');
    expect(await look(signed, state)).toMatchObject({ findings: [{ code: 'rolled-back' }] });
  });

  test('is not taken for one because of sets that somebody put there', async () => {
    const signed = await filled();
    const first = await look(signed, new Map());
    plant(signed.sink, '20261101T110000Z-full', { label: '99990101T000000Z-full' });
    const second = await look(signed, first.state);
    expect(second.findings).toEqual([]);
    expect(second.state.get('test-ca-1fe373')).toMatchObject({ number: 3, label: '20261101T130000Z-logs-only' });
    await signed.sealed('logs-only');
    expect((await look(signed, second.state)).state.get('test-ca-1fe373')).toMatchObject({ number: 4 });
  });

  test('is not what a sink is that fails, nor is one whose remembered set does not verify as it was', async () => {
    const signed = await filled();
    const { state } = await look(signed, new Map());
    await signed.sealed('logs-only');
    signed.sink.remove(keyIn(signed.line, /130000Z-logs-only\.json\.minisig$/));
    const found = await look(signed, state);
    expect(found.findings).toMatchObject([
      { code: 'rolled-back', message: expect.stringContaining('does not verify') },
    ]);
    const sink = new FaultySink(signed.sink, [{ method: 'get' }]);
    await expect(lookAtCa(sink, { caId: 'test-ca-1fe373', state })).rejects.toMatchObject({ code: 'sink-unreachable' });
  });

  test('of another CA, or none, has nothing to remember', async () => {
    const signed = await filled();
    const found = await lookAtCa(signed.sink, { caId: 'another', state: new Map() });
    expect(found).toEqual({ caId: 'another', sets: [], chains: new Set(), seenAt: expect.any(Date) });
  });
});
