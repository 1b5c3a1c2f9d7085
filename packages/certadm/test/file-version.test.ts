import { expect, it } from 'vitest';
import { fixedFileVersion } from '../src/windows/file-version.ts';

it('reads the four numbers of VS_FIXEDFILEINFO, wherever it lies', () => {
  const block = Buffer.alloc(60);
  block.writeUInt32LE(0xfeef04bd, 40);
  block.writeUInt32LE((10 << 16) | 0, 48);
  block.writeUInt32LE(((20348 << 16) | 2340) >>> 0, 52);
  expect(fixedFileVersion(block)).toBe('10.0.20348.2340');
});

it('has no version without the structure, or with half of it', () => {
  expect(fixedFileVersion(Buffer.alloc(60))).toBeUndefined();
  expect(fixedFileVersion(Buffer.from('bd04effe0000', 'hex'))).toBeUndefined();
});
