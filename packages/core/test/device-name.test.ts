import { isDeviceName } from '@adcs-backup/core/sink';
import { describe, expect, it } from 'vitest';

describe('isDeviceName', () => {
  it.each([
    'nul',
    'NUL',
    'con',
    'aux.txt',
    'prn.tar.gz',
    'COM1',
    'lpt9.log',
    'com0',
    'COM²',
    'CONIN$',
    'nul .txt',
    'nul ',
  ])('takes %j for a device, as Windows does', (name) => expect(isDeviceName(name)).toBe(true));

  it.each(['null', 'console', 'com', 'com10', 'auxiliary.txt', 'my nul', 'x.nul', ''])('takes %j for a file', (name) =>
    expect(isDeviceName(name)).toBe(false),
  );
});
