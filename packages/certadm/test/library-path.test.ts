import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { libraryPath, requireLibrary } from '../src/binding/library-path.ts';

describe('libraryPath', () => {
  it('is in the system directory by default', () => {
    expect(libraryPath(undefined, 'C:\\Windows\\system32')).toEqual({
      path: 'C:\\Windows\\system32\\certadm.dll',
      isSystem: true,
    });
  });

  it('is the full path of a library that was named', () => {
    expect(libraryPath('other.dll', 'C:\\Windows\\system32')).toEqual({ path: resolve('other.dll'), isSystem: false });
    expect(libraryPath('other.dll', undefined)).toEqual({ path: resolve('other.dll'), isSystem: false });
  });

  it('refuses a platform without a system library', () => {
    expect(() => libraryPath(undefined, undefined)).toThrow(
      expect.objectContaining({ code: 'unsupported-platform', hint: expect.stringContaining('hosts the CA') }),
    );
  });
});

describe('requireLibrary', () => {
  it('says where the library of the system comes from', () => {
    expect(() => requireLibrary({ path: '/nowhere/certadm.dll', isSystem: true })).toThrow(
      expect.objectContaining({
        code: 'library-missing',
        message: '/nowhere/certadm.dll: not found',
        hint: expect.stringContaining('Install-WindowsFeature RSAT-ADCS-Mgmt'),
      }),
    );
  });
});
