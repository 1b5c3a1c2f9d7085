import { AdcsBackupError } from '@adcs-backup/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateIdentity } from '../src/generate-identity.ts';
import { identitiesOf } from '../src/identities.ts';
import { parseIdentities } from '../src/identities-file.ts';
import { recipientsOf } from '../src/recipients.ts';
import { refusal } from './refusal.ts';

const owner = await generateIdentity();
const stranger = await generateIdentity();
const { newFileKey } = await recipientsOf([owner.recipient]);
const { fileKey, header } = await newFileKey();
const identities = identitiesOf(parseIdentities(`${stranger.file}${owner.file}`, 'keys'));

test('one of several identities suffices, in any order', async () => {
  expect(await identities.fileKeyOf(header)).toEqual(fileKey);
});

test('says that none of the identities is for any recipient', async () => {
  const one = identitiesOf(parseIdentities(stranger.file, 'key'));
  const { message, hint } = await refusal(() => one.fileKeyOf(header), 'identity-missing');
  expect(message).toBe('the given identity is for none of the recipients');
  expect(hint).toContain('--identity');
  const two = identitiesOf(parseIdentities(stranger.file.repeat(2), 'key'));
  const both = await refusal(() => two.fileKeyOf(header), 'identity-missing');
  expect(both.message).toBe('none of the 2 given identities is for any of the recipients');
});

test('a header of which any bit was flipped opens nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(header.length * 8 - 1), async (bit) => {
      const altered = Uint8Array.from(header, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      const error = await identities.fileKeyOf(altered).catch((thrown: unknown) => thrown);
      expect(AdcsBackupError.is(error, 'integrity-failed') || AdcsBackupError.is(error, 'identity-missing')).toBe(true);
    }),
  );
});

test('a header that somebody extended by a recipient was altered', async () => {
  const text = Buffer.from(header).toString();
  const extended = Buffer.from(text.replace('\n--- ', `\n-> X25519 ${'A'.repeat(43)}\n${'A'.repeat(43)}\n--- `));
  const { message } = await refusal(() => identities.fileKeyOf(extended), 'integrity-failed');
  expect(message).toBe('the age header was altered');
});

test('a header that is cut off was altered', async () => {
  for (const length of [0, 10, header.length - 1]) {
    await refusal(() => identities.fileKeyOf(header.subarray(0, length)), 'integrity-failed');
  }
});
