import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObjectKey, MAX_KEY_LENGTH, MAX_KEY_PART_LENGTH, objectKey } from '../src/sink/index.ts';

describe('object keys', () => {
  it('accepts what the store uses', () => {
    for (const key of [
      'sets/ca-1a2b3c/20261121T180316Z/20261121T180316Z-full.json',
      'a',
      '.hidden',
      '-',
      'a_b/C.d-e/0',
    ]) {
      expect(objectKey(key)).toBe(key);
    }
  });

  it('accepts parts and keys up to their limits, and no longer', () => {
    const longestPart = 'x'.repeat(MAX_KEY_PART_LENGTH);
    const longest = [longestPart, longestPart, longestPart, 'x'.repeat(97)].join('/');
    expect(longest).toHaveLength(MAX_KEY_LENGTH);
    expect(isObjectKey(longest)).toBe(true);
    expect(isObjectKey(`${longest}x`)).toBe(false);
    expect(isObjectKey(longestPart)).toBe(true);
    expect(isObjectKey(`${longestPart}x`)).toBe(false);
  });

  it.each([
    ['', 'a part is empty'],
    ['/a', 'a part is empty'],
    ['a/', 'a part is empty'],
    ['a//b', 'a part is empty'],
    ['.', 'a part ends in a dot'],
    ['a/../b', 'a part ends in a dot'],
    ['a./b', 'a part ends in a dot'],
    ['a b', 'only A-Z a-z 0-9 . _ - are allowed'],
    ['a\\b', 'only A-Z a-z 0-9 . _ - are allowed'],
    ['a\n', 'only A-Z a-z 0-9 . _ - are allowed'],
    ['.tmp-1~', 'only A-Z a-z 0-9 . _ - are allowed'],
    ['ä', 'only A-Z a-z 0-9 . _ - are allowed'],
    ['C:', 'only A-Z a-z 0-9 . _ - are allowed'],
    ['con', 'a part is a Windows device name'],
    ['a/NUL.json', 'a part is a Windows device name'],
    ['Com1.tar.gz', 'a part is a Windows device name'],
  ])('refuses %j: %s', (text, fault) => {
    expect(() => objectKey(text)).toThrowError(
      expect.objectContaining({ code: 'invalid-key', message: `invalid object key ${JSON.stringify(text)}: ${fault}` }),
    );
  });

  it('accepts names that only begin like a device', () => {
    for (const key of ['console', 'com', 'com10', 'nul-1', 'auxiliary.txt', 'lpt']) expect(isObjectKey(key)).toBe(true);
  });

  it('accepts no text that leaves a folder, names a drive or hides a part, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aZ0._-/\\:~ \0\u00e9') }), (text) => {
        fc.pre(isObjectKey(text));
        expect(text).toMatch(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/);
        expect(text.split('/').some((part) => part.endsWith('.'))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
