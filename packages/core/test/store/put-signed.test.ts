import { listSets, verifySet } from '@adcs-backup/core';
import { FaultySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { backUp, testSink } from '../arrange.ts';
import { testSigner } from '../signers.ts';

const isSigned = (key: string): boolean => /\.json$|\/map-\d+$/.test(key);

describe('a run with a signing key', () => {
  test('signs what says what the set is, and puts each signature before that', async () => {
    const sink = testSink();
    const { signer, trusted } = testSigner();
    expect((await backUp(sink, undefined, { signer })).result.at).toBe('finished');
    const keys = [...sink.objects.keys()];
    const signed = keys.filter(isSigned);
    expect(signed.map((key) => key.replace(/.*\//, '').replace(/.*full/, ''))).toEqual([
      'begin.json',
      'map-00001',
      '.json',
      '.outcome.json',
    ]);
    for (const key of signed) {
      expect(keys.indexOf(`${key}.minisig`), key).toBe(keys.indexOf(key) - 1);
      const [file, body] = [`${key}.minisig`, key].map((each) => sink.objects.get(each)?.bytes ?? Buffer.alloc(0));
      trusted.signatureOf(file ?? Buffer.alloc(0), key).check(body ?? Buffer.alloc(0));
    }
    expect(keys.filter((key) => key.endsWith('.minisig'))).toHaveLength(signed.length);
  });

  test('seals nothing when the signature of the manifest does not arrive', async () => {
    const sink = testSink();
    const faulty = new FaultySink(sink, [{ method: 'put', key: /full\.json\.minisig$/ }]);
    expect((await backUp(faulty, undefined, testSigner())).result.at).toBe('failed');
    expect([...sink.objects.keys()].filter((key) => key.startsWith('sets/'))).toEqual([]);
  });

  test('leaves no set without all its signatures, whichever put fails', async () => {
    const { signer, trusted } = testSigner();
    let sealed = 0;
    for (const kind of ['before', 'after'] as const) {
      for (let nth = 1; nth <= 12; nth++) {
        const sink = testSink();
        await backUp(new FaultySink(sink, [{ method: 'put', nth, kind }]), undefined, { signer });
        for (const entry of await listSets(sink)) {
          sealed += 1;
          expect(await verifySet(sink, entry, { trusted }), `${kind} ${nth}`).toMatchObject({
            signature: 'verified',
            findings: [],
          });
        }
      }
    }
    expect(sealed).toBeGreaterThan(3);
  });

  test('fails when the key does not sign, and seals nothing', async () => {
    const sink = testSink();
    const signer = {
      publicKey: 'none',
      sign: () => {
        throw new Error('no key');
      },
    };
    const { result } = await backUp(sink, undefined, { signer });
    expect(result).toMatchObject({ at: 'failed', error: { message: 'no key' } });
    expect(sink.objects.size).toBe(0);
  });
});

test('without a signing key nothing is signed', async () => {
  const sink = testSink();
  await backUp(sink);
  expect([...sink.objects.keys()].filter((key) => key.includes('minisig'))).toEqual([]);
});
