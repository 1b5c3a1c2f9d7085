import { expect, test } from 'vitest';
import { generateSigningKey } from '../src/generate-signing-key.ts';
import { signerOf } from '../src/signer.ts';
import { trustedSignersOf } from '../src/trusted-signers.ts';
import { refusal } from './refusal.ts';

const host = generateSigningKey();
const other = generateSigningKey();
const signer = signerOf(host.secretFile, 'host.key');
const trusted = trustedSignersOf([host.publicKey]);
const body = Buffer.from('body');
const refused = (file: Uint8Array, name: string) =>
  refusal(() => trusted.signatureOf(file, name).check(body), 'signature-invalid');

test('names its keys, once read', () => {
  expect(trustedSignersOf([`${host.publicKey}\n`, other.publicKey]).publicKeys).toEqual([
    host.publicKey,
    other.publicKey,
  ]);
});

test('says which key signed, and which are trusted, when it is another', async () => {
  const { message, hint } = await refused(signerOf(other.secretFile, 'other.key').sign(body, 'a'), 'a');
  expect(message).toBe(`a: signed by the key ${other.keyId}, which is not trusted (${host.keyId})`);
  expect(hint).toContain('signing key was changed');
});

test('the signature of one object is none of another', async () => {
  const { message } = await refused(signer.sign(body, 'sets/a.json'), 'sets/b.json');
  expect(message).toBe('sets/b.json: its signature was made for another object, sets/a.json');
});

test('a name that was written over the true one is found', async () => {
  const forged = Buffer.from(Buffer.from(signer.sign(body, 'sets/a.json')).toString().replace('/a.', '/b.'));
  const { message } = await refused(forged, 'sets/b.json');
  expect(message).toContain(`was not made by the key ${host.keyId} that it names`);
});

test('a key that only calls itself like a trusted one is found', async () => {
  const id = (key: string) => Buffer.from(key, 'base64').subarray(2, 10);
  const [, first = '', ...rest] = Buffer.from(signerOf(other.secretFile, 'x').sign(body, 'a')).toString().split('\n');
  const bytes = Buffer.from(first, 'base64');
  bytes.set(id(host.publicKey), 2);
  const untrusted = Buffer.from(signer.sign(body, 'a')).toString().split('\n')[0];
  const { message } = await refused(Buffer.from([untrusted, bytes.toString('base64'), ...rest].join('\n')), 'a');
  expect(message).toContain('was not made by the key');
});

test('what is no signature file is refused', async () => {
  expect((await refused(Buffer.from('hello'), 'a')).message).toBe(
    'a: its signature file was altered, or is not by adcs-backup',
  );
});

test('refuses no key at all, and what is none', async () => {
  expect((await refusal(() => trustedSignersOf([]))).message).toBe('no public key is named');
  const bad = await refusal(() => trustedSignersOf([host.publicKey, 'RWQ']));
  expect(bad.message).toBe('public key 2 is no minisign public key');
});
