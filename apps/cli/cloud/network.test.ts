import { once } from 'node:events';
import { createServer } from 'node:http';
import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newAuthority, newServerCertificate } from '../test/certificates.ts';
import { newConnectProxy } from '../test/connect-proxy.ts';
import { newFolder } from '../test/place.ts';
import { cli } from '../test/run-cli.ts';
import { newCloudPlace } from './cloud-place.ts';
import { type CloudSink, newBucket, newContainer } from './cloud-sink.ts';
import { newTlsFront } from './tls-front.ts';
import { tellWholeStory } from './whole-story.ts';

/** The whole story where CAs stand: a private authority, a proxy that wants a login, a slow line. */

async function tellBehindProxy(endpoint: string, newSink: (endpoint: string) => Promise<CloudSink>): Promise<void> {
  const folder = await newFolder();
  const authority = await newAuthority(folder, 'Contoso-Root');
  const front = await newTlsFront(endpoint, await newServerCertificate(folder, authority));
  const proxy = await newConnectProxy('user:password');
  const sink = await newSink(front);
  const env = {
    ...sink.env,
    ADCS_BACKUP_CA_FILE: authority.certificate,
    ADCS_BACKUP_LIMIT_UPLOAD: '200MiB/s',
    HTTPS_PROXY: proxy.url.replace('//', '//user:password@'),
  };
  await tellWholeStory(await newCloudPlace({ url: sink.url, env }));
  expect(new Set(proxy.targets)).toEqual(new Set([new URL(front).host]));
}

const title = 'tells the whole story through a proxy to a server with a private certificate, paced';

describeWithCeph('S3', (access) => {
  it(title, async () => {
    await tellBehindProxy(access.endpoint, (endpoint) => newBucket(access, { endpoint }));
  });
});

describeWithAzurite('Azure Blob', (access) => {
  it(title, async () => {
    await tellBehindProxy(access.endpoint, (front) =>
      newContainer(access, { endpoint: `${front}${new URL(access.endpoint).pathname}` }),
    );
  });
});

describe('the identity of a machine that Azure Arc knows', () => {
  it('is asked for directly, whatever the proxy', async () => {
    const asked: string[] = [];
    const arc = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.writeHead(401).end();
    });
    arc.listen(0, '127.0.0.1');
    await once(arc, 'listening');
    onTestFinished(() => void arc.close());
    const address = arc.address();
    const host = `http://localhost:${typeof address === 'object' ? address?.port : ''}`;
    const proxy = await newConnectProxy();
    const env = {
      HTTPS_PROXY: proxy.url,
      IMDS_ENDPOINT: host,
      IDENTITY_ENDPOINT: `${host}/metadata/identity/oauth2/token`,
      ADCS_BACKUP_RETRY_FOR: '0s',
    };
    const { exitCode, stderr } = await cli(['list', 'azblob://account/container'], { env });
    expect(stderr).toContain('no credentials for Azure were found');
    expect(exitCode).toBe(13);
    expect(asked).not.toEqual([]);
    expect(proxy.targets).toEqual([]);
  });
});
