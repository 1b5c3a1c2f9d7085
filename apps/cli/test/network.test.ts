import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type KeyPair, newAuthority, newServerCertificate } from './certificates.ts';
import { newConnectProxy } from './connect-proxy.ts';
import { newEmptyStore } from './empty-store.ts';
import { newFolder } from './place.ts';
import { type CliResult, cli, jsonLines } from './run-cli.ts';

interface Site {
  readonly endpoint: string;
  readonly authority: KeyPair;
  readonly folder: string;
}

/** A store whose certificate comes from an authority that nobody knows. */
async function newSite(): Promise<Site> {
  const folder = await newFolder();
  const authority = await newAuthority(folder, 'Contoso-Root');
  return { endpoint: await newEmptyStore(await newServerCertificate(folder, authority)), authority, folder };
}

const secret = Buffer.from('canary-secret'.padEnd(64, '.')).toString('base64');

describe.each([
  {
    name: 'Azure Blob',
    where: (endpoint: string) => `azblob://account/container/ca01?endpoint=${endpoint}/account`,
    login: { AZURE_STORAGE_KEY: secret },
  },
  {
    name: 'S3',
    where: (endpoint: string) => `s3://bucket/ca01?region=eu-central-1&force-path-style=true&endpoint=${endpoint}`,
    login: { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: secret },
  },
])('a list of $name', ({ where, login }) => {
  const listed = async ({ endpoint }: Site, env: Record<string, string>): Promise<CliResult> => {
    const result = await cli(['list', where(endpoint), '--json', '--verbose'], {
      env: { ADCS_BACKUP_RETRY_FOR: '0s', ...login, ...env },
    });
    expect(`${result.stdout}${result.stderr}`).not.toMatch(/canary|Y2FuYXJ5/);
    return result;
  };

  it('fails at once where nobody knows the authority of the server, and says what helps', async () => {
    const site = await newSite();
    const { exitCode, stdout } = await listed(site, {});
    const lines = jsonLines(stdout);
    expect(lines.map(({ type }) => type)).toEqual(['error', 'run-ended']);
    expect(lines[0]).toMatchObject({ code: 'sink-unreachable', hint: expect.stringContaining('--ca-file') });
    // Nobody waits for a certificate to change.
    expect(lines[0]).toMatchObject({ message: expect.not.stringContaining('given up') });
    expect(exitCode).toBe(12);
  });

  it('works with --ca-file, and with the store of the system', async () => {
    const site = await newSite();
    const ca = site.authority.certificate;
    expect(await listed(site, { ADCS_BACKUP_CA_FILE: ca })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await listed(site, { SSL_CERT_FILE: ca })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('goes through the proxy of HTTPS_PROXY, with its user and password', async () => {
    const site = await newSite();
    const proxy = await newConnectProxy('user:canary-password');
    const HTTPS_PROXY = proxy.url.replace('//', '//user:canary-password@');
    const result = await listed(site, { ADCS_BACKUP_CA_FILE: site.authority.certificate, HTTPS_PROXY });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(new Set(proxy.targets)).toEqual(new Set([new URL(site.endpoint).host]));
  });

  it('is checked by doctor, which shows the proxy without its password', async () => {
    const site = await newSite();
    const proxy = await newConnectProxy('user:canary-password');
    const env = {
      ...login,
      ADCS_BACKUP_CA_FILE: site.authority.certificate,
      ADCS_BACKUP_JSON: '1',
      HTTPS_PROXY: proxy.url.replace('//', '//user:canary-password@'),
    };
    const { stdout, stderr } = await cli(['doctor', where(site.endpoint)], { env });
    const lines = jsonLines(stdout);
    const message = `HTTPS_PROXY: ${proxy.url}, with a user and password`;
    expect(lines.find(({ name }) => name === 'proxy')).toMatchObject({ status: 'ok', message });
    expect(lines.find(({ name }) => name === 'sink')).toMatchObject({ status: 'ok' });
    expect(`${stdout}${stderr}`).not.toContain('canary');
  });

  it('goes directly to what NO_PROXY names', async () => {
    const site = await newSite();
    const proxy = await newConnectProxy();
    const env = { ADCS_BACKUP_CA_FILE: site.authority.certificate, HTTPS_PROXY: proxy.url };
    expect(await listed(site, { ...env, NO_PROXY: 'contoso.com,localhost' })).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
    expect(proxy.targets).toEqual([]);
  });

  it('says that the proxy refuses, and not with which password', async () => {
    const site = await newSite();
    const proxy = await newConnectProxy('user:another');
    const env = {
      ADCS_BACKUP_CA_FILE: site.authority.certificate,
      HTTPS_PROXY: proxy.url.replace('//', '//user:canary-password@'),
    };
    const { exitCode, stdout, stderr } = await listed(site, env);
    expect(stderr).toContain('HTTPS_PROXY');
    expect(jsonLines(stdout)[0]).toMatchObject({ type: 'error', code: 'sink-unreachable' });
    expect(proxy.targets).not.toEqual([]);
    expect(exitCode).toBe(12);
  });

  it('says that the proxy is down', async () => {
    const site = await newSite();
    const env = { HTTPS_PROXY: 'http://user:canary-password@127.0.0.1:1' };
    const { exitCode, stderr } = await listed(site, env);
    expect(stderr).toContain('ECONNREFUSED 127.0.0.1:1');
    expect(stderr).toContain('HTTPS_PROXY');
    expect(exitCode).toBe(12);
  });

  it('warns of a certificate of --ca-file that is of no use', async () => {
    const site = await newSite();
    const both = join(site.folder, 'both.pem');
    const files = [site.authority.certificate, join(site.folder, 'server.pem')];
    await writeFile(both, (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join(''));
    const { exitCode, stderr } = await listed(site, { ADCS_BACKUP_CA_FILE: both });
    expect(stderr).toBe('warning: the certificate CN=localhost of --ca-file is not the certificate of an authority\n');
    expect(exitCode).toBe(0);
  });
});
