import type { CaConfiguration, ServiceState } from '@adcs-backup/certadm';
import { describe, expect, it } from 'vitest';
import { checksOf, localCaChecks } from '../src/commands/check-ca.ts';

const server2022 = 20348;
const usual: CaConfiguration = {
  name: 'Test CA',
  hasCircularLogging: false,
  separatesRoles: false,
  allowsLocalBackup: true,
  allowsRemoteBackup: false,
};

/** Of the one check that isn't fine. */
function finding(change: Partial<CaConfiguration>, build = server2022): object | undefined {
  const found = checksOf({ service: 'running', configuration: { ...usual, ...change } }, build);
  const faults = found.filter(({ status }) => status !== 'ok');
  expect(faults).toHaveLength(1);
  return faults[0];
}

describe('what doctor says of a CA', () => {
  it('that is set up as usual is fine', () => {
    const found = checksOf({ service: 'running', configuration: usual }, server2022);
    expect(found.map(({ name, status, message }) => `${name}: ${status}, ${message}`)).toMatchInlineSnapshot(`
      [
        "service: ok, CertSvc is running",
        "ca: ok, Test CA",
        "circular logging: ok, off: logs-only sets can be taken",
        "role separation: ok, off",
        "local backup: ok, allowed",
        "remote backup: ok, refused by the CA, as is the default",
        "truncation: ok, Windows build 20348",
      ]
    `);
  });

  it.each([
    ['stopped', 'failed', /net start certsvc/],
    ['stopping', 'failed', /net start certsvc/],
    ['paused', 'failed', /net continue certsvc/],
    ['pausing', 'failed', /net continue certsvc/],
    ['starting', 'warning', /Wait/],
    ['continuing', 'warning', /Wait/],
    ['missing', 'warning', /server that hosts the CA/],
  ] satisfies [ServiceState, string, RegExp][])(
    'whose service is %s has a %s, with what to do',
    (service, status, hint) => {
      const [check] = checksOf({ service, configuration: usual }, server2022);
      expect(check).toMatchObject({ name: 'service', status, hint: expect.stringMatching(hint) });
    },
  );

  it('with circular logging names the command that switches it off', () => {
    expect(finding({ hasCircularLogging: true })).toMatchObject({
      name: 'circular logging',
      status: 'warning',
      hint: expect.stringContaining('certutil -setreg DBFlags -0x4'),
    });
  });

  it('with role separation says under which account to run', () => {
    const hint = expect.stringMatching(/nothing else/);
    expect(finding({ separatesRoles: true })).toMatchObject({ name: 'role separation', status: 'warning', hint });
  });

  it('that refuses backups on its own computer names the command that allows them', () => {
    expect(finding({ allowsLocalBackup: false })).toMatchObject({
      name: 'local backup',
      status: 'failed',
      code: 'access-denied',
      hint: expect.stringContaining('certutil -setreg CA\\InterfaceFlags -0x80'),
    });
  });

  it('that allows backups from elsewhere names the command that refuses them', () => {
    expect(finding({ allowsRemoteBackup: true })).toMatchObject({
      name: 'remote backup',
      status: 'warning',
      hint: expect.stringContaining('certutil -setreg CA\\InterfaceFlags +0x40'),
    });
  });

  it('on an old Windows warns of logs that stay', () => {
    expect(finding({}, 14393)).toMatchObject({ name: 'truncation', status: 'warning' });
  });

  it('that is not configured says so', () => {
    const [, ca, ...others] = checksOf({ service: 'missing' }, server2022);
    expect(ca).toMatchObject({ name: 'ca', status: 'warning', message: 'no CA is configured on this computer' });
    expect(others).toEqual([]);
  });
});

it.skipIf(process.platform === 'win32')('elsewhere than on Windows doctor says nothing of it', async () => {
  expect(await localCaChecks()).toEqual([]);
});
