import { hostname } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverPath } from '../src/files/server-path.ts';

const here = hostname();

describe('serverPath', () => {
  it('is a path of the drive on Windows and of the root elsewhere', () => {
    const path = `\\\\${here}\\c$\\Windows\\CertLog\\edb00001.log`;
    expect(serverPath(path, here, 'win32')).toBe('C:\\Windows\\CertLog\\edb00001.log');
    expect(serverPath(path, here, 'linux')).toBe('/Windows/CertLog/edb00001.log');
  });

  it.each([here.toUpperCase(), `${here}.corp.example`, 'localhost', '127.0.0.1'])('knows this host as %s', (host) => {
    expect(serverPath(`\\\\${host}\\C$\\a`, here, 'linux')).toBe('/a');
    expect(serverPath(`\\\\${here}\\C$\\a`, host, 'linux')).toBe('/a');
  });

  it('refuses another host when the server is this one', () => {
    expect(() => serverPath('\\\\elsewhere\\C$\\a', here)).toThrow('it lies on another host');
  });

  it('reaches another server by the UNC path, on Windows only', () => {
    const path = '\\\\ca02.corp.example\\C$\\a\\b.crl';
    expect(serverPath(path, 'CA02', 'win32')).toBe(path);
    expect(() => serverPath(path, 'CA02', 'linux')).toThrow('on Windows only');
    expect(() => serverPath(path, 'CA03', 'win32')).toThrow('it does not lie on CA03');
  });

  it.each([
    'C:\\Windows\\a',
    '/etc/passwd',
    `\\\\${here}\\share\\a`,
    `\\\\${here}\\C$`,
    '\\\\?\\C:\\a',
    '\\\\.\\C$\\..\\a',
    `\\\\${here}\\C$\\`,
  ])('refuses %s', (path) => {
    expect(() => serverPath(path, here)).toThrow("can't be read");
  });

  it('refuses a part that leads elsewhere, at any place', () => {
    const bad = fc.constantFrom('..', '.', '', 'a/b', 'a:b', 'a\0');
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]+$/)), bad, fc.nat(), (parts, part, at) => {
        const path = `\\\\${here}\\C$\\${parts.toSpliced(at % (parts.length + 1), 0, part).join('\\')}`;
        expect(() => serverPath(path, here)).toThrow("can't be read");
      }),
    );
  });
});
