import { expect, test } from 'vitest';
import { generateSigningKey } from '../src/generate-signing-key.ts';
import { decodeSigningKey, encodeSigningKey } from '../src/signing-key.ts';
import { everythingIn, refusal } from './refusal.ts';

// Made by minisign 0.11: without a password (-W), and with one.
const plain =
  'RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAZhocwLpZoHQRKN9zVFevH78NhU+89RnWxXkhX0yd8f1kdnMQ9XKgbvFx6aFkX2ChchRti6yYvzb7cEEKKMh6gHFBosE1nfESAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const locked =
  'RWRTY0IyUsaNvb7OPKbPIpGlHQDrMHnYSVFclr9bTM3q09MpQwQAAAACAAAAAAAAAEAAAAAAWZ8/PVlraZ10LblHDM56NbhJ27JdYNGWa82NZ+En4OabJ2cWlwdR2/QucBOT2ChTCd7qG2xVOJBAcxTyTMetK1gRdq7NBz5vG3akdUDd/zKW/ucCYYzQiRlgi0lzIzFMWiWP4s1KuBU=';
const fileOf = (key: string) => `untrusted comment: minisign encrypted secret key\n${key}\n`;

test('reads what minisign -G -W writes, and writes the same', () => {
  const key = decodeSigningKey(fileOf(plain), 'host.key');
  expect(Buffer.from(key.id).toString('hex')).toBe('661a1cc0ba59a074');
  expect(encodeSigningKey(key).split('\n')[1]).toBe(plain);
  expect(decodeSigningKey(fileOf(plain).replaceAll('\n', '\r\n'), 'host.key')).toEqual(key);
});

test('a key that a password protects is refused, since nobody is there to type it', async () => {
  const { message, hint } = await refusal(() => decodeSigningKey(fileOf(locked), 'host.key'));
  expect(message).toBe('host.key is protected by a password');
  expect(hint).toContain('keys generate --signing');
});

test('a public key is refused as what it is', async () => {
  const { publicFile } = generateSigningKey();
  const { message } = await refusal(() => decodeSigningKey(publicFile, 'host.pub'));
  expect(message).toBe('host.pub is a public key, where a private one belongs');
});

test.each([
  ['nothing', ''],
  ['a key without its comment', plain],
  ['a key that is cut off', fileOf(plain.slice(0, -8))],
  ['an unknown form', fileOf(plain.replace('RWQAAEIy', 'RWQAAEIz'))],
  ['a line too many', `${fileOf(plain)}${plain}`],
])('refuses %s', async (_what, text) => {
  const error = await refusal(() => decodeSigningKey(text, 'host.key'));
  expect(error.message).toBe('host.key is no minisign secret key');
  expect(everythingIn(error)).not.toContain(plain.slice(90, 100));
});

test('a key of which a character changed is damaged, and never signs what nobody could verify', async () => {
  const changed = fileOf(`${plain.slice(0, 100)}${plain[100] === 'A' ? 'B' : 'A'}${plain.slice(101)}`);
  const { message } = await refusal(() => decodeSigningKey(changed, 'host.key'));
  expect(message).toBe('host.key is damaged: its public key is not that of its private key');
});
