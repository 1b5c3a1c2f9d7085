import { generateKeyPairSync } from 'node:crypto';
import { Decrypter } from 'age-encryption';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateIdentity } from '../src/generate-identity.ts';
import { identitiesOf } from '../src/identities.ts';
import { parseIdentities } from '../src/identities-file.ts';
import { recipientsOf } from '../src/recipients.ts';
import { ageFileOf } from './age-file.ts';
import { bech32 } from './bech32.ts';
import { everythingIn, refusal } from './refusal.ts';

const people = await Promise.all([generateIdentity(), generateIdentity(), generateIdentity()]);
const postQuantumPeople = await Promise.all([
  generateIdentity({ postQuantum: true }),
  generateIdentity({ postQuantum: true }),
]);

const some = <T>(all: readonly T[]) => fc.subarray([...all], { minLength: 1 });

test('names are sorted, each once', async () => {
  const [first, second] = people.map(({ recipient }) => recipient).sort((a, b) => (a < b ? -1 : 1));
  const { names } = await recipientsOf([second ?? '', first ?? '', second ?? '']);
  expect(names).toEqual([first, second]);
});

test('each of any mix of recipients gets the same file key, and nobody else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(some(people), some(postQuantumPeople)), async (chosen) => {
      const { newFileKey } = await recipientsOf(chosen.map(({ recipient }) => recipient));
      const { fileKey, header } = await newFileKey();
      expect(fileKey).toHaveLength(16);
      for (const person of [...people, ...postQuantumPeople]) {
        const opened = identitiesOf(parseIdentities(person.file, 'key')).fileKeyOf(header);
        if (chosen.includes(person)) expect(await opened).toEqual(fileKey);
        else await refusal(() => opened, 'identity-missing');
      }
    }),
    { numRuns: 15 },
  );
});

test('file keys are new each time, also of calls at the same time', async () => {
  const { newFileKey } = await recipientsOf(people.map(({ recipient }) => recipient));
  const made = await Promise.all(Array.from({ length: 8 }, newFileKey));
  const keys = made.map(({ fileKey }) => Buffer.from(fileKey).toString('hex'));
  expect(new Set(keys).size).toBe(8);
  const identities = identitiesOf(parseIdentities(people[0].file, 'key'));
  for (const { fileKey, header } of made) expect(await identities.fileKeyOf(header)).toEqual(fileKey);
});

test('the header is that of an age file: the library opens what is encrypted with the file key', async () => {
  const { newFileKey } = await recipientsOf([people[0].recipient]);
  const wrapped = await newFileKey();
  expect(Buffer.from(wrapped.header).toString()).toMatch(
    /^age-encryption\.org\/v1\n-> X25519 \S{43}\n\S{43}\n--- \S{43}\n$/,
  );
  const decrypter = new Decrypter();
  decrypter.addIdentity(people[0].file.trim().split('\n').at(-1) ?? '');
  const content = Buffer.from('content');
  expect(Buffer.from(await decrypter.decrypt(ageFileOf(wrapped, content)))).toEqual(content);
});

test('keys in hardware are recipients like others', async () => {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const [left, right] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  const compressed = Buffer.concat([Buffer.from([2 + ((right.at(-1) ?? 0) & 1)]), left]);
  const tag = await recipientsOf([bech32('age1tag', compressed), people[0].recipient]);
  expect(Buffer.from((await tag.newFileKey()).header).toString()).toContain('-> p256tag ');
  // Every coefficient of the lattice part is 0: nobody's key, but a valid one.
  const hybrid = Buffer.concat([Buffer.alloc(1184), Buffer.from([4]), left, right]);
  const postQuantumTag = await recipientsOf([bech32('age1tagpq', hybrid)]);
  expect(Buffer.from((await postQuantumTag.newFileKey()).header).toString()).toContain('-> mlkem768p256tag ');
});

test.each([
  ['a point of low order', bech32('age', Buffer.alloc(32))],
  ['no point of the curve', bech32('age1tag', Buffer.alloc(33, 0xff))],
  ['a point of low order beside a lattice key', bech32('age1pq', Buffer.alloc(1216))],
])('a key that nothing can be encrypted to is found at once: %s', async (_what, name) => {
  const { message, cause } = await refusal(() => recipientsOf([name]));
  expect(message).toMatch(/^nothing can be encrypted to age1[0-9a-z]+…?$/);
  expect(cause).toBeInstanceOf(Error);
});

test('refuses no recipient at all, one that is none, and two kinds', async () => {
  expect((await refusal(() => recipientsOf([]))).message).toBe('no recipient is named');
  const good = people[0].recipient;
  expect((await refusal(() => recipientsOf([good, 'age1'])))?.message).toBe('recipient 2 is no age recipient');
  const mixed = await refusal(() => recipientsOf([good, postQuantumPeople[0].recipient]));
  expect(mixed.message).toContain('recipients of two kinds');
  expect(everythingIn(mixed)).not.toContain(postQuantumPeople[0].recipient);
});
