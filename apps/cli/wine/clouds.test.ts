import { basename } from 'node:path';
import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { type CloudSink, newBucket, newContainer } from '../cloud/cloud-sink.ts';
import { newTlsFront } from '../cloud/tls-front.ts';
import { newAuthority, newServerCertificate } from '../test/certificates.ts';
import { newConnectProxy } from '../test/connect-proxy.ts';
import { jsonLines } from '../test/run-cli.ts';
import { adcsBackup, newCa, newFolder } from './windows.ts';

/** The executable brings the SDKs of both clouds, and talks to their servers as a Windows process. */

const behindProxy = 'takes one through a proxy that wants a login, to a server with a private certificate';

describeWithCeph('S3', (access) => {
  it('takes a backup that is verified', () => backUpTo(newBucket(access)));
  it(behindProxy, () => backUpBehindProxy(access.endpoint, (endpoint) => newBucket(access, { endpoint })));
});

describeWithAzurite('Azure Blob', (access) => {
  it('takes a backup that is verified', () => backUpTo(newContainer(access)));
  it(behindProxy, () => {
    const { pathname } = new URL(access.endpoint);
    return backUpBehindProxy(access.endpoint, (front) => newContainer(access, { endpoint: `${front}${pathname}` }));
  });
});

async function backUpBehindProxy(endpoint: string, newSink: (front: string) => Promise<CloudSink>): Promise<void> {
  const { here, path } = await newFolder('Certificates');
  const authority = await newAuthority(here, 'Contoso-Root');
  const front = await newTlsFront(endpoint, await newServerCertificate(here, authority));
  const proxy = await newConnectProxy('user:password');
  const sink = await newSink(front);
  const login = { HTTPS_PROXY: proxy.url.replace('//', '//user:password@') };
  const untrusted = await adcsBackup(['list', sink.url, '--retry-for', '0s'], { env: { ...sink.env, ...login } });
  expect(untrusted.code, untrusted.stderr).toBe(12);
  const trust = { ADCS_BACKUP_CA_FILE: `${path}\\${basename(authority.certificate)}` };
  await backUpTo(Promise.resolve({ ...sink, env: { ...sink.env, ...login, ...trust } }));
  expect(new Set(proxy.targets)).toEqual(new Set([new URL(front).host]));
}

async function backUpTo(opened: Promise<CloudSink>): Promise<void> {
  await newCa();
  const { url, env } = await opened;
  const backup = await adcsBackup(['backup', url, '--type', 'full', '--json'], { env });
  expect(backup.code, backup.stderr).toBe(0);
  expect(jsonLines(backup.stdout)).toContainEqual(expect.objectContaining({ type: 'set-sealed', sound: true }));
  const verify = await adcsBackup(['verify', url, '--read-data', '--ese'], { env });
  expect(verify.code, `${verify.stdout}${verify.stderr}`).toBe(0);
}
