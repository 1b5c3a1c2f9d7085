import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSecurityDescriptor } from '../src/windows/security-descriptor.ts';
import { decodeSid } from '../src/windows/sid.ts';
import { type EncodedEntry, encodeDescriptor, encodeSid } from './encode-descriptor.ts';

const u32 = fc.nat({ max: 0xffff_ffff });
const sid = fc
  .tuple(fc.nat({ max: 0xffff_ffff }), fc.array(u32, { minLength: 1, maxLength: 15 }))
  .map(([authority, parts]) => ['S', 1, authority, ...parts].join('-'));
const entry: fc.Arbitrary<EncodedEntry> = fc.oneof(
  fc.record({ type: fc.constantFrom(0, 1, 9, 10), mask: u32, sid }),
  fc.record({ type: fc.constantFrom(5, 6, 11, 12), mask: u32, sid, objectFlags: fc.nat({ max: 3 }) }),
);

describe('decodeSid', () => {
  it('gives back any SID', () => {
    fc.assert(
      fc.property(sid, (text) => {
        expect(decodeSid(encodeSid(text))).toBe(text);
      }),
    );
  });

  it('writes an authority of more than 32 bits in hexadecimal, as Windows does', () => {
    expect(decodeSid(encodeSid(`S-1-${0x0102_0304_0506}-7`))).toBe('S-1-0x010203040506-7');
  });
});

describe('decodeSecurityDescriptor', () => {
  it('gives back any owner and entries, of all kinds that allow or deny', () => {
    fc.assert(
      fc.property(fc.option(sid, { nil: undefined }), fc.array(entry), (owner, entries) => {
        const decoded = decodeSecurityDescriptor(encodeDescriptor(owner, entries));
        expect(decoded.owner).toBe(owner);
        expect(decoded.entries).toEqual(
          entries.map(({ type = 0, mask, sid: each }) => ({
            isAllowed: [0, 5, 9, 11].includes(type),
            mask,
            sid: each,
          })),
        );
      }),
    );
  });

  it('decodes at any offset of a larger buffer', () => {
    fc.assert(
      fc.property(fc.array(entry), fc.nat({ max: 9 }), (entries, offset) => {
        const bytes = encodeDescriptor('S-1-5-18', entries);
        const larger = new Uint8Array(offset + bytes.length + 3).fill(0x41);
        larger.set(bytes, offset);
        expect(decodeSecurityDescriptor(larger.subarray(offset, offset + bytes.length))).toEqual(
          decodeSecurityDescriptor(bytes),
        );
      }),
    );
  });

  it('refuses every descriptor that was cut off', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), fc.nat(), (entries, cut) => {
        const whole = encodeDescriptor('S-1-5-18', entries);
        expect(() => decodeSecurityDescriptor(whole.subarray(0, cut % whole.length))).toThrow(RangeError);
      }),
    );
  });

  it('tells an empty list, which keeps everybody out, from no list, which lets everybody in', () => {
    expect(decodeSecurityDescriptor(encodeDescriptor('S-1-5-18', [])).entries).toEqual([]);
    expect(decodeSecurityDescriptor(encodeDescriptor('S-1-5-18', null)).entries).toBeUndefined();
  });

  it('leaves out what only children inherit, and what audits', () => {
    const entries = [
      { mask: 1, sid: 'S-1-1-0', flags: 0xb },
      { mask: 1, sid: 'S-1-1-0', type: 2 },
      { mask: 1, sid: 'S-1-5-18', flags: 0x13 },
    ];
    expect(decodeSecurityDescriptor(encodeDescriptor(undefined, entries)).entries).toEqual([
      { isAllowed: true, mask: 1, sid: 'S-1-5-18' },
    ]);
  });

  it('reads what Windows gives for a folder in drive C of Wine', () => {
    const hex =
      '0100048014000000000000000000000030000000010500000000000515000000000000000000000000000000e8030000020054000300000000031400ff011f0001010000000000051200000000032400ff011f00010500000000000515000000000000000000000000000000e803000000031400a9001200010100000000000100000000';
    expect(decodeSecurityDescriptor(Buffer.from(hex, 'hex'))).toEqual({
      owner: 'S-1-5-21-0-0-0-1000',
      entries: [
        { isAllowed: true, mask: 0x1f01ff, sid: 'S-1-5-18' },
        { isAllowed: true, mask: 0x1f01ff, sid: 'S-1-5-21-0-0-0-1000' },
        { isAllowed: true, mask: 0x1200a9, sid: 'S-1-1-0' },
      ],
    });
  });
});
