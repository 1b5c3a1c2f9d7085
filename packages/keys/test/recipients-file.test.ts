import { expect, test } from 'vitest';
import { generateIdentity } from '../src/generate-identity.ts';
import { parseRecipients } from '../src/recipients-file.ts';
import { everythingIn, refusal } from './refusal.ts';

const { recipient, file } = await generateIdentity();
const { recipient: other } = await generateIdentity();

test('reads recipients, one a line, between comments and blank lines', () => {
  expect(parseRecipients(`# Anna, safe 1\n${recipient}\n\n# Ben\r\n${other}\r\n`, 'r.txt')).toEqual([recipient, other]);
  expect(parseRecipients(recipient, 'r.txt')).toEqual([recipient]);
});

test('names the file and the line of what is no recipient', async () => {
  const { message } = await refusal(() => parseRecipients(`# Anna\n${recipient}\n${other.slice(0, -1)}\n`, 'r.txt'));
  expect(message).toBe(`r.txt, line 3 (${other.slice(0, -1)}) is no age recipient`);
});

test('an identity file is no recipients file, and not shown', async () => {
  const error = await refusal(() => parseRecipients(file, 'key.txt'));
  expect(error.message).toBe('key.txt, line 3 is a private key, where a public one belongs');
  expect(everythingIn(error)).not.toContain(file.trim().split('\n').at(-1));
});

test('a file that names nobody is refused: nothing could be encrypted', async () => {
  expect((await refusal(() => parseRecipients('# nobody yet\n', 'r.txt'))).message).toBe('r.txt names no recipient');
});
