import { describe, expect, it } from 'vitest';
import { headerChecksum, isHeaderValid, sealHeader } from '../src/header-checksum.ts';

describe('header checksum', () => {
  it("reproduces Microsoft's known answer", () => {
    const header = Uint8Array.from({ length: 8192 }, (_, index) => index & 255);
    const view = new DataView(header.buffer);
    view.setUint32(36, 0x27262524 | 0x2000, true);
    view.setUint32(0, 0x89123456, true);
    view.setUint32(4, 0x12345678, true);
    expect(headerChecksum(header).toString(16)).toBe('9f9b9f93');
  });

  it('fits after sealing, and no longer after a change', () => {
    const header = new Uint8Array(4096).fill(0xc3);
    sealHeader(header);
    expect(isHeaderValid(header)).toBe(true);
    header[4095] = 0;
    expect(isHeaderValid(header)).toBe(false);
  });

  it('does not pass a header of zeros', () => {
    expect(isHeaderValid(new Uint8Array(4096))).toBe(false);
  });
});
