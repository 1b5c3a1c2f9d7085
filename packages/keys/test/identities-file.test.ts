import { inspect } from 'node:util';
import { armor, Encrypter } from 'age-encryption';
import { expect, test } from 'vitest';
import { generateIdentity } from '../src/generate-identity.ts';
import { parseIdentities } from '../src/identities-file.ts';
import { everythingIn, refusal } from './refusal.ts';

const { file, recipient } = await generateIdentity();
const { file: postQuantum } = await generateIdentity({ postQuantum: true });
const secret = file.trim().split('\n').at(-1) ?? '';

test('reads keys of both kinds, one a line, between comments', () => {
  expect(parseIdentities(`${file}\r\n${postQuantum}`, 'key.txt')).toHaveLength(2);
  expect(parseIdentities(secret, 'key.txt')).toHaveLength(1);
});

test('an identity shows its secret to nobody who prints it', () => {
  const [identity] = parseIdentities(file, 'key.txt');
  expect(inspect(identity, { showHidden: true, depth: 9 }) + JSON.stringify(identity)).not.toContain(
    secret.slice(16, 30),
  );
});

test('one with a mistake is refused by its line, without a character of it', async () => {
  for (const wrong of [secret.slice(0, -1), secret.toLowerCase(), `${secret} `.replace('1', '11'), `${secret}Q`]) {
    const error = await refusal(() => parseIdentities(`# mine\n${wrong}\n`, 'key.txt'));
    expect(error.message).toBe('key.txt, line 2: no private age key');
    const shown = everythingIn(error).toUpperCase();
    for (let at = 20; at + 6 <= secret.length; at++) expect(shown).not.toContain(secret.slice(at, at + 6));
  }
});

test.each([
  [recipient, 'That is a public key'],
  ['AGE-PLUGIN-YUBIKEY-1QQQQQQQQ', 'Keys in hardware need an age plugin'],
  ['-----BEGIN OPENSSH PRIVATE KEY-----', 'Only age keys open a set'],
])('says what to give instead of %s', async (text, hint) => {
  expect((await refusal(() => parseIdentities(text, 'key.txt'))).hint).toContain(hint);
});

test('a key that a passphrase protects is refused with the command that opens it', async () => {
  const encrypter = new Encrypter();
  encrypter.setPassphrase('correct horse');
  encrypter.setScryptWorkFactor(1);
  const locked = await encrypter.encrypt(file);
  for (const text of [Buffer.from(locked).toString(), armor.encode(locked), `\r\n${armor.encode(locked)}`]) {
    const { message, hint } = await refusal(() => parseIdentities(text, 'key.age'));
    expect(message).toBe('key.age is protected by a passphrase');
    expect(hint).toContain('age -d key.age | adcs-backup');
  }
});

test('a file without a key is refused', async () => {
  expect((await refusal(() => parseIdentities('# empty\n', 'key.txt'))).message).toBe('key.txt holds no private key');
});
