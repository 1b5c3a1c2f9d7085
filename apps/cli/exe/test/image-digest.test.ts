import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { koffiAddon } from '../build/places.ts';
import { imageDigest } from '../inside/image-digest.ts';

const file = readFileSync(koffiAddon);
const own = imageDigest(file);
const optionalHeader = file.readUInt32LE(0x3c) + 24;
const signatureFields = [64, 65, 66, 67, 144, 145, 146, 147, 148, 149, 150, 151].map((at) => optionalHeader + at);

function flipped(at: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
  return copy;
}

it('is the same after signing: other values in two fields, more bytes behind', () => {
  expect(own.sizeBytes).toBe(file.byteLength);
  for (const at of signatureFields) expect(imageDigest(flipped(at)), String(at)).toEqual(own);
  expect(imageDigest(Buffer.concat([file, Buffer.alloc(4096, 7)]), own.sizeBytes)).toEqual(own);
});

it('is another one for any other byte of the headers, and for bytes all over the file', () => {
  const headers = Array.from({ length: 1024 }, (_, at) => at).filter((at) => !signatureFields.includes(at));
  const body = Array.from({ length: 16 }, (_, index) => 1024 + Math.floor((index * (file.byteLength - 1025)) / 15));
  for (const at of [...headers, ...body]) expect(imageDigest(flipped(at), own.sizeBytes), String(at)).not.toEqual(own);
});

it('is another one for a shorter file, whatever it is', () => {
  for (const sizeBytes of [0, 1, 0x3f, 0x40, file.byteLength - 1]) {
    expect(imageDigest(file.subarray(0, sizeBytes), own.sizeBytes)).not.toEqual(own);
  }
});
