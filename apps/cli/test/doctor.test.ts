import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { libraryChecks, platformCheck } from '../src/commands/check-library.ts';
import { newAuthority, newServerCertificate } from './certificates.ts';
import { newPlace, normalised } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';

describe('adcs-backup doctor', () => {
  it('goes through everything that a backup needs, and writes nothing', async () => {
    const place = await newPlace();
    const { exitCode, stdout, stderr } = await cli(['doctor', place.sink, '--certadm', place.ca.library]);
    expect(normalised(stdout, place).replaceAll(process.platform, 'THIS-SYSTEM')).toMatchInlineSnapshot(`
      "CHECK         RESULT          WHAT WAS FOUND
      platform      not applicable  THIS-SYSTEM; another library is named, so Windows is not needed
      library       ok              /tmp/place/ca/certadm.so (not from the system's Certadm)
      exports       ok              12 of 12 functions
      privilege     not applicable  SeBackupPrivilege is a matter of Windows
      server        ok              Certificate Services of HOST are online
      recipients    not applicable  none: who can read the sink can read the sets
      signing key   not applicable  none: who can write to the sink can forge sets
      sink          ok              /tmp/place/sink can be listed: 0 sets
      sink writing  not applicable  doctor writes nothing

      recipients: With --recipient only the holder of a private key can read sets: see "adcs-backup keys generate --help".
      signing key: With --signing-key nobody else can make sets that count: see "adcs-backup keys generate --help".
      sink writing: adcs-backup sink check tries whether it may write.
      "
    `);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(await readdir(place.sink)).toEqual([]);
    expect((await place.ca.report()).calls.map((call) => call.name)).toEqual(['CertSrvIsServerOnlineW']);
  });

  it('ends with the code of the first check that failed, after all were made', async () => {
    const place = await newPlace();
    await place.ca.setFaults({ stopped: true });
    const missing = join(place.folder, 'missing');
    const { exitCode, stdout, stderr } = await cli(['doctor', missing, '--certadm', place.ca.library, '--json']);
    const failed = jsonLines(stdout).filter((line) => line['status'] === 'failed');
    expect(failed).toMatchObject([
      { type: 'check-made', name: 'server', code: 'server-not-online' },
      { type: 'check-made', name: 'sink', code: 'invalid-location' },
    ]);
    expect(stderr).toBe('error: 2 of 9 checks failed, first: server\n');
    expect(exitCode).toBe(10);
  });

  it.runIf(process.platform !== 'win32')('says on other systems that a CA is a matter of Windows', async () => {
    const { exitCode, stdout } = await cli(['doctor']);
    expect(stdout.replaceAll(process.platform, 'THIS-SYSTEM')).toMatchInlineSnapshot(`
      "CHECK        RESULT          WHAT WAS FOUND
      platform     FAILED          THIS-SYSTEM: a CA is backed up on Windows only
      library      FAILED          certadm.dll is a part of Windows Server, not of THIS-SYSTEM
      exports      not applicable  no library to look at
      privilege    not applicable  SeBackupPrivilege is a matter of Windows
      server       not applicable  not asked: the checks before it failed
      recipients   not applicable  none: who can read the sink can read the sets
      signing key  not applicable  none: who can write to the sink can forge sets
      sink         not applicable  none was named

      platform: Run on the Windows server that hosts the CA. Sets can be listed, verified and restored anywhere.
      library: Run on the Windows server that hosts the CA.
      recipients: With --recipient only the holder of a private key can read sets: see "adcs-backup keys generate --help".
      signing key: With --signing-key nobody else can make sets that count: see "adcs-backup keys generate --help".
      "
    `);
    expect(exitCode).toBe(20);
  });

  it('says that the services are suspended', async () => {
    const place = await newPlace();
    await place.ca.setFaults({ suspended: true });
    const { exitCode, stdout } = await cli(['doctor', '--certadm', place.ca.library]);
    expect(stdout).toMatch(/^server +FAILED +Certificate Services of \S+ are suspended$/m);
    expect(stdout).toContain('server: Start or resume the service: Start-Service certsvc.');
    expect(exitCode).toBe(10);
  });

  it('knows what Windows answers', () => {
    const probe = { path: 'C:\\Windows\\System32\\certadm.dll', version: '10.0.20348.1', isSystem: true };
    const exports = { presentExports: ['a', 'b'], missingExports: [] };
    expect(platformCheck('win32', false)).toMatchObject({ status: 'ok', message: 'Windows' });
    expect(libraryChecks({ ...probe, ...exports, privilege: 'held' })).toMatchObject([
      { name: 'library', status: 'ok', message: `${probe.path} ${probe.version}` },
      { name: 'exports', status: 'ok', message: '2 of 2 functions' },
      { name: 'privilege', status: 'ok' },
    ]);
    expect(libraryChecks({ isSystem: false, ...exports, privilege: 'held' })[0]).toMatchObject({
      message: "unknown (not from the system's Certadm)",
    });
    const problem = { code: 'export-missing', message: 'b is missing', hint: undefined } as const;
    expect(libraryChecks({ ...probe, ...exports, privilege: 'missing', problem })).toMatchObject([
      { name: 'library', status: 'ok' },
      { name: 'exports', status: 'failed', code: 'export-missing', message: 'b is missing' },
      { name: 'privilege', status: 'failed', code: 'privilege-missing' },
    ]);
  });

  it('does not take the lacking right to ask for a fault', async () => {
    const place = await newPlace();
    await place.ca.setFaults({ fail: [{ call: 'CertSrvIsServerOnlineW', nth: 1, hresult: 0x80070005 }] });
    const { exitCode, stdout } = await cli(['doctor', '--certadm', place.ca.library, '--server', 'CA01']);
    expect(stdout).toMatch(/^server +not applicable +this account may not ask whether CA01 is online$/m);
    expect(exitCode).toBe(0);
  });

  it('names a missing library, and asks nothing of the server then', async () => {
    const place = await newPlace();
    const { exitCode, stdout } = await cli(['doctor', '--certadm', join(place.folder, 'none.so')]);
    expect(stdout).toMatch(/^library +FAILED +.*none\.so: not found$/m);
    expect(stdout).toMatch(/^server +not applicable +not asked: the checks before it failed$/m);
    expect(exitCode).toBe(20);
  });
});

describe('adcs-backup doctor for a sink in a network', () => {
  const counts = (text: string): string => text.replaceAll(/\d+ (authorities|of the system)/g, 'MANY $1');

  it('tells of the way there, and how the sink is set up, dangers as warnings', async () => {
    const place = await newPlace();
    const root = await newAuthority(place.folder, 'Root');
    const server = await newServerCertificate(place.folder, root);
    await appendFile(root.certificate, await readFile(server.certificate));
    const args = ['doctor', `faulty://${place.sink}?settings=some`, '--certadm', place.ca.library];
    const env = { HTTPS_PROXY: 'socks5://not-for-this-sink' };
    const { exitCode, stdout, stderr } = await cli([...args, '--ca-file', root.certificate], { env });
    const text = counts(normalised(stdout, place)).replaceAll(/2\d{3}-\d\d-\d\d/g, 'DAY');
    expect(text.slice(text.indexOf('proxy'))).toMatchInlineSnapshot(`
      "proxy             not applicable  whether one is used for faulty: is up to the package that opens it
      certificates      warning         MANY authorities of Node and MANY of the system are trusted, and of /tmp/place/Root.pem O=Contoso, CN=Root until DAY
      sink              ok              /tmp/place/sink can be listed: 0 sets
      sink credentials  warning         a key that ends on DAY
      sink versioning   ok              replaced objects are gone
      sink lifecycle    unknown         this account may not look
      sink writing      not applicable  doctor writes nothing

      recipients: With --recipient only the holder of a private key can read sets: see "adcs-backup keys generate --help".
      signing key: With --signing-key nobody else can make sets that count: see "adcs-backup keys generate --help".
      certificates: The certificate CN=localhost is not the certificate of an authority. The certificate O=Contoso, CN=Root ends on DAY: get the next one.
      sink credentials: The key ends soon: get another one.
      sink writing: adcs-backup sink check tries whether it may write.
      "
    `);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it.each([
    ['proxy', { HTTPS_PROXY: 'canary:3128' }, 'environment variable HTTPS_PROXY is not the URL of a proxy'],
    ['certificates', { ADCS_BACKUP_CA_FILE: '/none.pem' }, "certificate file /none.pem can't be read"],
  ])('does not ask the sink when the %s can not be right', async (name, env, message) => {
    const place = await newPlace();
    const args = ['doctor', 's3://bucket?region=eu-central-1', '--certadm', place.ca.library, '--json'];
    const { exitCode, stdout } = await cli(args, { env });
    const lines = jsonLines(stdout);
    expect(lines.find((line) => line['name'] === name)).toMatchObject({
      status: 'failed',
      code: 'invalid-configuration',
      message: expect.stringContaining(message),
    });
    expect(lines.find((line) => line['name'] === 'sink')).toMatchObject({ status: 'not-applicable' });
    expect(lines.some((line) => line['name'] === 'sink credentials')).toBe(false);
    expect(exitCode).toBe(2);
  });

  it('asks for the settings also where listing is refused, but not where nobody answers', async () => {
    const place = await newPlace();
    const statuses = async (query: string): Promise<unknown[]> => {
      const args = ['doctor', `faulty://${place.sink}?${query}`, '--certadm', place.ca.library, '--json'];
      const lines = jsonLines((await cli(args)).stdout).filter((line) => String(line['name']).startsWith('sink'));
      return lines.map(({ name, status, code }) => [name, status, ...(code === undefined ? [] : [code])].join(' '));
    };
    const writing = 'sink writing not-applicable';
    const set = ['sink credentials warning', 'sink versioning ok', 'sink lifecycle unknown'];
    expect(await statuses('settings=some&method=list&code=sink-denied')).toEqual([
      'sink failed sink-denied',
      ...set,
      writing,
    ]);
    expect(await statuses('settings=some&method=list&code=sink-unreachable')).toEqual([
      'sink failed sink-unreachable',
      writing,
    ]);
    expect(await statuses('method=settings&code=sink-denied')).toEqual([
      'sink ok',
      'sink settings failed sink-denied',
      writing,
    ]);
  });
});
