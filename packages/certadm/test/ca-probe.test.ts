import { describe, expect, it } from 'vitest';
import { readCaProbe } from '../src/ca/ca-probe.ts';
import { probeCa } from '../src/ca/probe-ca.ts';
import type { Registry } from '../src/windows/registry.ts';

const configuration = 'SYSTEM\\CurrentControlSet\\Services\\CertSvc\\Configuration';
const ca = `${configuration}\\Test CA`;

function registry(values: Readonly<Record<string, string | number>>): Registry {
  const value = (key: string, name: string): string | number | undefined => values[`${key}: ${name}`];
  return {
    text: (key, name) => (value(key, name) === undefined ? undefined : String(value(key, name))),
    number: (key, name) => (value(key, name) === undefined ? undefined : Number(value(key, name))),
  };
}

const active = { [`${configuration}: Active`]: 'Test CA' };

describe('readCaProbe', () => {
  it('takes what nobody set for its default', () => {
    expect(readCaProbe(registry(active), 'running')).toEqual({
      service: 'running',
      configuration: {
        name: 'Test CA',
        hasCircularLogging: false,
        separatesRoles: false,
        allowsLocalBackup: true,
        allowsRemoteBackup: false,
      },
    });
  });

  it.each([
    [`${configuration}: DBFlags`, 0xb4, { hasCircularLogging: true }],
    [`${configuration}: DBFlags`, 0xb0, { hasCircularLogging: false }],
    [`${ca}: RoleSeparationEnabled`, 1, { separatesRoles: true }],
    [`${ca}: RoleSeparationEnabled`, 0, { separatesRoles: false }],
    [`${ca}: InterfaceFlags`, 0x641, { allowsLocalBackup: true, allowsRemoteBackup: false }],
    [`${ca}: InterfaceFlags`, 0x6c1, { allowsLocalBackup: false, allowsRemoteBackup: false }],
    [`${ca}: InterfaceFlags`, 0x601, { allowsLocalBackup: true, allowsRemoteBackup: true }],
  ])('reads %s = %i', (name, value, expected) => {
    expect(readCaProbe(registry({ ...active, [name]: value }), 'stopped').configuration).toMatchObject(expected);
  });

  it.each([{}, { [`${configuration}: Active`]: '' }])(
    'says of a computer without a CA what its service is',
    (values) => {
      expect(readCaProbe(registry(values), 'missing')).toEqual({ service: 'missing' });
    },
  );

  it('passes on that the configuration may not be read', () => {
    const refused = new Error('access-denied');
    const closed: Registry = {
      text: () => {
        throw refused;
      },
      number: () => 0,
    };
    expect(() => readCaProbe(closed, 'running')).toThrow(refused);
  });
});

it.skipIf(process.platform === 'win32')('elsewhere than on Windows there is no CA to look at', async () => {
  expect(await probeCa()).toBeUndefined();
});
