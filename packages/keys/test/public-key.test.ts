import { expect, test } from 'vitest';
import { generateIdentity } from '../src/generate-identity.ts';
import { generateSigningKey } from '../src/generate-signing-key.ts';
import { decodePublicKey, encodePublicKey, keyIdText, parsePublicKey } from '../src/public-key.ts';
import { everythingIn, refusal } from './refusal.ts';

// Made by minisign 0.11.
const publicKey = 'RWRmGhzAulmgdPFx6aFkX2ChchRti6yYvzb7cEEKKMh6gHFBosE1nfES';
const publicFile = `untrusted comment: minisign public key 74A059BAC01C1A66\n${publicKey}\n`;

test('reads a key that stands alone, and one in a file, with the line ends of any system', () => {
  for (const text of [publicKey, `${publicKey}\r\n`, publicFile, publicFile.replaceAll('\n', '\r\n')]) {
    expect(parsePublicKey(text, 'host.pub')).toBe(publicKey);
  }
});

test('knows the id that minisign shows', () => {
  const key = decodePublicKey(publicKey);
  expect(keyIdText(key.id)).toBe('74A059BAC01C1A66');
  expect(encodePublicKey(key)).toBe(publicKey);
});

test.each([
  ['nothing', ''],
  ['a key that is cut off', publicKey.slice(0, -1)],
  ['a key that is too long', `${publicKey}AAAA`],
  ['a key with another algorithm', `RE${publicKey.slice(2)}`],
  ['a character that is none of base64', publicKey.replace('R', '*')],
  ['two keys', `${publicKey}\n${publicKey}`],
  ['an age recipient', (await generateIdentity()).recipient],
])('refuses %s', async (_what, text) => {
  expect((await refusal(() => parsePublicKey(text, 'host.pub'))).message).toBe('host.pub is no minisign public key');
});

test('refuses a secret key, and shows nothing of it, even where it stands for its own source', async () => {
  const { secretFile } = generateSigningKey();
  const key = secretFile.split('\n')[1] ?? '';
  const inFile = await refusal(() => parsePublicKey(secretFile, 'host.key'));
  expect(inFile.message).toBe('host.key is a private key, where a public one belongs');
  const alone = await refusal(() => parsePublicKey(key, key));
  expect(alone.message).toBe('what was given is a private key, where a public one belongs');
  expect(everythingIn(alone) + everythingIn(inFile)).not.toContain(key.slice(90, 96));
});
