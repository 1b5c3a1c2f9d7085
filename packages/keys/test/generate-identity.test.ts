import { identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { generateIdentity } from '../src/generate-identity.ts';

test('writes what age-keygen writes: when, the public key, the private key', async () => {
  const { recipient, file } = await generateIdentity();
  expect(file).toMatch(
    /^# created: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n# public key: age1[0-9a-z]{58}\nAGE-SECRET-KEY-1[0-9A-Z]{58}\n$/,
  );
  const [, comment = '', secret = ''] = file.split('\n');
  expect(comment).toBe(`# public key: ${recipient}`);
  expect(await identityToRecipient(secret)).toBe(recipient);
});

test('makes post-quantum keys when asked for', async () => {
  const { recipient, file } = await generateIdentity({ postQuantum: true });
  expect(recipient).toMatch(/^age1pq1[0-9a-z]{1952}$/);
  expect(file).toMatch(/\nAGE-SECRET-KEY-PQ-1[0-9A-Z]{58}\n$/);
});

test('makes another key each time', async () => {
  expect((await generateIdentity()).recipient).not.toBe((await generateIdentity()).recipient);
});
