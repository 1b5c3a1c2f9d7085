import { describe, expect, test } from 'vitest';
import { generateIdentity } from '../src/generate-identity.ts';
import { generateSigningKey } from '../src/generate-signing-key.ts';
import { checkRecipient, refuseMixedKinds } from '../src/recipient.ts';
import { bech32 } from './bech32.ts';
import { everythingIn, refusal } from './refusal.ts';

const { recipient, file } = await generateIdentity();
const { recipient: postQuantum } = await generateIdentity({ postQuantum: true });
const secret = file.trim().split('\n').at(-1) ?? '';

describe('what is no recipient is refused, by its place', () => {
  test.each([
    ['a character that was mistyped', recipient.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q'))],
    ['one that is cut off', recipient.slice(0, -1)],
    ['one in capitals', recipient.toUpperCase()],
    ['two in one', `${recipient} ${recipient}`],
    ['nothing', ''],
    ['a signing key', generateSigningKey().publicKey],
    ['a key that is too short', bech32('age', Buffer.alloc(31))],
  ])('%s', async (_what, text) => {
    const { message, hint } = await refusal(() => checkRecipient(text, 'recipient 2'));
    expect(message).toMatch(/^recipient 2 (?:\(age1[0-9a-z]+…?\) )?is no age recipient$/);
    expect(hint).toContain('begins with age1');
  });

  test('an SSH key', async () => {
    const { message } = await refusal(() => checkRecipient('ssh-ed25519 AAAAC3Nz', 'recipient 1'));
    expect(message).toBe('recipient 1 is no age recipient, but an SSH key');
  });

  test('one that needs a plugin', async () => {
    const text = bech32('age1yubikey', Buffer.alloc(33, 2));
    const { message } = await refusal(() => checkRecipient(text, 'recipient 1'));
    expect(message).toBe(`recipient 1 (${text.slice(0, 24)}…) is no age recipient of a known kind`);
  });
});

test('a private key is refused, and no character of it shown, not even of one with a typing mistake', async () => {
  const lower = secret.toLowerCase();
  for (const text of [secret, lower, ` ${secret}`, secret.slice(0, -3), `x${secret}`, secret.slice(0, 30)]) {
    const error = await refusal(() => checkRecipient(text, 'recipient 1'));
    const shown = everythingIn(error).toUpperCase();
    for (let at = 16; at + 6 <= secret.length; at++) expect(shown).not.toContain(secret.slice(at, at + 6));
  }
  expect((await refusal(() => checkRecipient(secret, 'recipient 1'))).message).toBe(
    'recipient 1 is a private key, where a public one belongs',
  );
});

test('recipients of one kind may be mixed, those of two may not: the weaker would decide', async () => {
  const tag = bech32('age1tag', Buffer.alloc(33, 2));
  const postQuantumTag = bech32('age1tagpq', Buffer.alloc(1249, 4));
  refuseMixedKinds([recipient, tag]);
  refuseMixedKinds([postQuantum, postQuantumTag]);
  for (const mixed of [
    [recipient, postQuantum],
    [postQuantumTag, tag],
    [recipient, postQuantumTag],
  ]) {
    const { message, hint } = await refusal(() => refuseMixedKinds(mixed));
    expect(message).toMatch(/^recipients of two kinds: age1\S+ is classical, age1\S+ is post-quantum$/);
    expect(hint).toContain('quantum computer');
  }
});
