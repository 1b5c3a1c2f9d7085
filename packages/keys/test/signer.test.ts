import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateSigningKey } from '../src/generate-signing-key.ts';
import { signerOf } from '../src/signer.ts';
import { trustedSignersOf } from '../src/trusted-signers.ts';
import { refusal } from './refusal.ts';

const { secretFile, publicKey } = generateSigningKey();
const signer = signerOf(secretFile, 'host.key');
const trusted = trustedSignersOf([generateSigningKey().publicKey, publicKey]);
const names = fc.stringMatching(/^[A-Za-z0-9._-]{1,30}(?:\/[A-Za-z0-9._-]{1,30}){0,4}$/);
const bodies = fc.uint8Array({ maxLength: 300 });

const flip = (bytes: Uint8Array, bit: number) =>
  Uint8Array.from(bytes, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

test('what it signs can be verified, for any body and name', () => {
  fc.assert(
    fc.property(bodies, names, (body, name) => {
      trusted.signatureOf(signer.sign(body, name), name).check(body);
    }),
  );
  expect(signer.publicKey).toBe(publicKey);
});

test('no bit of the body can change', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), names, fc.nat(), (body, name, seed) => {
      const signature = trusted.signatureOf(signer.sign(body, name), name);
      const bit = seed % (body.length * 8);
      expect(() => signature.check(flip(body, bit))).toThrow(`${name}: its content is not what was signed`);
    }),
  );
});

test('no bit of the signature file can change', async () => {
  const name = 'sets/ca-1/20261121T180316Z-full/20261121T180316Z-full.json';
  const body = Buffer.from('body');
  const file = signer.sign(body, name);
  for (let bit = 0; bit < file.length * 8; bit++) {
    const { message } = await refusal(
      () => trusted.signatureOf(flip(file, bit), name).check(body),
      'signature-invalid',
    );
    expect(message.startsWith(`${name}: `), message).toBe(true);
  }
});

test('the same body and name have the same signature: it is all that it depends on', () => {
  expect(signer.sign(Buffer.from('body'), 'a')).toEqual(signer.sign(Buffer.from('body'), 'a'));
});

test.each(['', 'a\nb', 'ä'])('refuses the name %j, which a signature file could not hold', async (name) => {
  await refusal(() => signer.sign(Buffer.from('body'), name), 'invalid-key');
});

test('says which key file is at fault', async () => {
  expect((await refusal(() => signerOf('', 'host.key'))).message).toBe('host.key is no minisign secret key');
});
