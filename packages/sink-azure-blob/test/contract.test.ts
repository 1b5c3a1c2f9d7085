import type { BackupSink } from '@adcs-backup/core/sink';
import { type SinkFailure, testSinkConformance } from '@adcs-backup/sink-conformance';
import { FaultProxy } from '@adcs-backup/test-servers';
import { describeWithAzurite } from '@adcs-backup/test-servers/vitest';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openAzureBlobSink } from '../src/index.ts';
import { Place } from './place.ts';

describeWithAzurite('Azurite', (access) => {
  const place = new Place(access);
  let proxy: FaultProxy | undefined;
  beforeAll(async () => {
    await place.create();
    proxy = await FaultProxy.start(access.endpoint);
    proxy.add({ when: ({ method }) => method === 'PUT', fault: { kind: 'cut-request', afterBytes: 500 } });
    proxy.add({ when: ({ method }) => method === 'GET', fault: { kind: 'cut-response', afterBytes: 100 } });
    proxy.add({ fault: { kind: 'refuse' } });
  });
  afterAll(() => proxy?.[Symbol.asyncDispose]());

  const wrongKey = access.key.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
  const expired = place.signature('racwdl', new Date(Date.now() - 60_000));
  const signed = place.signature('racwdl');
  const fails = (failure: Omit<SinkFailure, 'open'>, change: Parameters<Place['open']>[0]): SinkFailure => ({
    ...failure,
    open: () => openAzureBlobSink({ ...place.options, ...change }),
  });
  const failures: SinkFailure[] = [
    fails(
      { name: 'no server', code: 'sink-unreachable', retryable: true },
      { endpoint: new URL(`http://127.0.0.1:1/${access.account}`) },
    ),
    fails(
      { name: 'wrong key', code: 'sink-denied', retryable: false },
      { environment: { AZURE_STORAGE_KEY: wrongKey } },
    ),
    fails(
      { name: 'expired signature', code: 'sink-denied', retryable: false },
      { environment: { AZURE_STORAGE_SAS_TOKEN: expired } },
    ),
    fails({ name: 'missing container', code: 'invalid-location', retryable: false }, { container: 'not-there' }),
    {
      name: 'a connection that breaks on the way',
      open: () => openAzureBlobSink({ ...place.options, endpoint: new URL(proxy?.endpoint ?? '') }),
      code: 'sink-unreachable',
      retryable: true,
    },
  ];
  const ways: readonly [string, () => Promise<BackupSink>][] = [
    ['azure blob, by key', () => openAzureBlobSink(place.options)],
    [
      'azure blob, by signature, below a prefix',
      () =>
        openAzureBlobSink({ ...place.options, prefix: 'pki/ca01', environment: { AZURE_STORAGE_SAS_TOKEN: signed } }),
    ],
  ];
  for (const [name, open] of ways) {
    testSinkConformance(
      { describe, it },
      {
        name,
        open,
        supports: { retention: true, versions: true, pacing: true },
        setUpFor: { retention: false, versions: false },
        secrets: [access.key, wrongKey, ...secretsOf(signed), ...secretsOf(expired)],
        failures,
      },
    );
  }
});

/** What of a signature must not be shown: the whole, and its secret part. */
function secretsOf(sas: string): string[] {
  return [sas, new URLSearchParams(sas).get('sig') ?? ''];
}
