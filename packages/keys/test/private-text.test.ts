import { expect, test } from 'vitest';
import { generateIdentity } from '../src/generate-identity.ts';
import { generateSigningKey } from '../src/generate-signing-key.ts';
import { isPrivate, publicPart } from '../src/private-text.ts';

test('knows private keys, whatever stands around them and however they are written', async () => {
  const { file, recipient } = await generateIdentity();
  const postQuantum = await generateIdentity({ postQuantum: true });
  const signing = generateSigningKey();
  for (const text of [file, file.toLowerCase(), ` ${postQuantum.file}`, signing.secretFile]) {
    expect(isPrivate(text), text.slice(0, 30)).toBe(true);
  }
  for (const text of [recipient, postQuantum.recipient, signing.publicFile, 'C:\\age-secret-key.txt']) {
    expect(isPrivate(text), text.slice(0, 30)).toBe(false);
  }
});

test('says nothing of what could be private', () => {
  expect(publicPart('age1qqq')).toBe('age1qqq');
  expect(publicPart(`age1${'q'.repeat(2000)}`)).toBe(`age1${'q'.repeat(20)}…`);
  for (const text of ['AGE-SECRET-KEY-1QQ', 'age1QQ', 'age1qq qq', '', 'hunter2'])
    expect(publicPart(text)).toBe(undefined);
});
