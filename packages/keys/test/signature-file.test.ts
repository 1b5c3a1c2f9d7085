import { expect, test } from 'vitest';
import { decodeSignatureFile, encodeSignatureFile } from '../src/signature-file.ts';

const file = {
  keyId: Buffer.from('0102030405060708', 'hex'),
  signature: Buffer.alloc(64, 1),
  comment: 'sets/ca/a.json',
  commentSignature: Buffer.alloc(64, 2),
};
const text = Buffer.from(encodeSignatureFile(file)).toString();
const lines = text.split('\n');

test('has the four lines of minisign', () => {
  expect(text).toMatchInlineSnapshot(`
    "untrusted comment: signature by adcs-backup, over the object that the trusted comment names
    RUQBAgMEBQYHCAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=
    trusted comment: sets/ca/a.json
    AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg==
    "
  `);
  expect(decodeSignatureFile(Buffer.from(text))).toEqual(file);
});

test.each([
  ['nothing', ''],
  ['another untrusted comment', text.replace('signature by', 'Signature by')],
  ['line ends of Windows', text.replaceAll('\n', '\r\n')],
  ['no last line feed', text.slice(0, -1)],
  ['a line too many', `${text}\n`],
  ['a space too many', text.replace('\ntrusted', ' \ntrusted')],
  ['the form that is not prehashed', text.replace('\nRUQ', '\nRWQ')],
  ['base64 in another spelling', text.replace(/(.)=\ntrusted/, 'F=\ntrusted')],
  ['base64 without padding', text.replace('=\ntrusted', '\ntrusted')],
  ['a signature that is cut off', [lines[0], lines[1]?.slice(0, 40), ...lines.slice(2)].join('\n')],
  ['bytes that are no UTF-8', Buffer.from(text.replace('sets', 's\u00ffts'), 'latin1')],
])('takes nothing but its own form: %s', (_what, changed) => {
  expect(changed).not.toBe(text);
  expect(decodeSignatureFile(Buffer.from(changed))).toBe(undefined);
});
