import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMultiString } from '../src/binding/multi-string.ts';

const entry = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));

describe('decodeMultiString', () => {
  it('gives back any entries, whatever characters they have', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
        expect(decodeMultiString(utf16(`${entries.join('\0')}\0\0`), 'List')).toEqual(entries);
      }),
    );
  });

  it('decodes at any offset of a larger buffer', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), fc.nat({ max: 9 }), (entries, offset) => {
        const bytes = utf16(`${entries.join('\0')}\0\0`);
        const larger = new Uint8Array(offset + bytes.length + 3).fill(0x41);
        larger.set(bytes, offset);
        expect(decodeMultiString(larger.subarray(offset, offset + bytes.length), 'List')).toEqual(entries);
      }),
    );
  });

  it('refuses every list that was cut off', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), fc.nat(), (entries, cut) => {
        const whole = utf16(`${entries.join('\0')}\0\0`);
        const lengthBytes = 1 + (cut % (whole.length - 1));
        expect(() => decodeMultiString(whole.subarray(0, lengthBytes), 'List')).toThrow(
          'List answered a malformed list',
        );
      }),
    );
  });

  it.each([
    ['no bytes', ''],
    ['one NUL', '\0'],
    ['two NULs', '\0\0'],
  ])('takes %s for an empty list', (_, text) => {
    expect(decodeMultiString(utf16(text), 'List')).toEqual([]);
  });

  it('tolerates NULs behind the terminator', () => {
    expect(decodeMultiString(utf16('a\0b\0\0\0\0'), 'List')).toEqual(['a', 'b']);
  });

  it('refuses an odd number of bytes', () => {
    expect(() => decodeMultiString(new Uint8Array(5), 'List')).toThrow(
      '5 bytes are no whole number of UTF-16 characters',
    );
  });

  it.each(['a', 'a\0', 'a\0b', 'a\0b\0'])('refuses %j, which has no terminator', (text) => {
    expect(() => decodeMultiString(utf16(text), 'List')).toThrow('it has no terminator');
  });

  it.each(['\0a\0\0', 'a\0\0b\0\0'])('refuses %j, where a file would be lost behind the terminator', (text) => {
    expect(() => decodeMultiString(utf16(text), 'List')).toThrow('there is more behind its terminator');
  });
});

function utf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf16le'));
}
