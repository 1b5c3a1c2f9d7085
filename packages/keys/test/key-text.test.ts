import { expect, test } from 'vitest';
import { keyLines, keyText } from '../src/key-text.ts';

const text = '# Ä\nage1x\n';
const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');

test.each([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a byte order mark, as Notepad writes', Buffer.from(`\ufeff${text}`)],
  ['UTF-16, as PowerShell 5 redirects', utf16],
  ['UTF-16 in the other byte order', Buffer.from(utf16).swap16()],
])('reads %s', (_encoding, bytes) => {
  expect(keyText(bytes)).toBe(text);
});

test('reads an empty file', () => {
  expect(keyText(new Uint8Array(0))).toBe('');
});

test('finds lines that say something, and their numbers, with the line ends of any system', () => {
  expect(keyLines('# comment\r\n\r\n  one\r\ntwo\n')).toEqual([
    { text: 'one', number: 3 },
    { text: 'two', number: 4 },
  ]);
});
