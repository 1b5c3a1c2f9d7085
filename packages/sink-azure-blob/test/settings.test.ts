import type { SinkSetting } from '@adcs-backup/core/sink';
import { rejectsWith } from '@adcs-backup/sink-conformance';
import { describeWithAzurite } from '@adcs-backup/test-servers/vitest';
import { describe, expect, it } from 'vitest';
import { credentialsSetting } from '../src/credentials-setting.ts';
import { blob, listing, refusal } from './answers.ts';
import { openFaulty } from './faulty-place.ts';
import { Place } from './place.ts';

const dayMs = 86_400_000;

function setting(name: string, settings: readonly SinkSetting[] | undefined): SinkSetting | undefined {
  return settings?.find((each) => each.name === name);
}

describeWithAzurite('settings of an Azure Blob sink', (access) => {
  it('say what can be seen, and that the rest can not', async () => {
    const place = new Place(access);
    await place.create();
    const sink = await place.open();
    expect((await sink.settings?.())?.map(({ name, state }) => [name, state])).toEqual([
      ['credentials', 'on'],
      ['versioning', 'unknown'],
      ['lock', 'off'],
      ['soft-delete', 'off'],
      ['lifecycle', 'unknown'],
    ]);
  });

  it('tell of locks on the container', async () => {
    const { sink, fault } = await openFaulty(access);
    const headers = {
      'x-ms-has-immutability-policy': 'true',
      'x-ms-has-legal-hold': 'true',
      'x-ms-immutable-storage-with-versioning-enabled': 'true',
    };
    fault(blob(headers), ({ path }) => path.includes('restype=container') && !path.includes('comp=list'));
    const settings = await sink.settings?.();
    expect(setting('versioning', settings)?.state).toBe('on');
    expect(setting('lock', settings)).toMatchObject({
      state: 'on',
      message:
        'objects can be locked one by one; the container has an immutability policy; the container has a legal hold',
    });
  });

  it('tell for how long what was deleted can be brought back', async () => {
    const { sink, fault } = await openFaulty(access);
    const body =
      '<StorageServiceProperties><DeleteRetentionPolicy><Enabled>true</Enabled><Days>14</Days></DeleteRetentionPolicy></StorageServiceProperties>';
    const headers = { 'content-type': 'application/xml' };
    fault({ kind: 'answer', status: 200, headers, body }, ({ path }) => path.includes('restype=service'));
    expect(setting('soft-delete', await sink.settings?.())).toMatchObject({
      state: 'on',
      message: expect.stringContaining('14 days'),
    });
  });

  it('know that versions are kept when a blob has one', async () => {
    const { sink, fault } = await openFaulty(access);
    fault(listing([{ name: 'a' }, { name: 'b', versionId: '2026-11-20T08:00:00.0000000Z' }]), ({ path }) =>
      path.includes('comp=list'),
    );
    expect(setting('versioning', await sink.settings?.())).toMatchObject({ state: 'on' });
  });

  it('are unknown to credentials that may not look', async () => {
    const place = new Place(access);
    await place.create();
    const sas = place.signature('c');
    const sink = await place.open({ environment: { AZURE_STORAGE_SAS_TOKEN: sas } });
    const settings = await sink.settings?.();
    expect(setting('lock', settings)).toMatchObject({
      state: 'unknown',
      message: expect.stringMatching(/may not look/),
    });
    expect(setting('credentials', settings)?.warning).toMatch(/backups fail from then on/);
  });

  it('reject when the server does not answer', async () => {
    const { sink, fault } = await openFaulty(access);
    fault(refusal(503, 'ServerBusy'));
    await rejectsWith(sink.settings?.() ?? Promise.resolve(), 'sink-unreachable', /settings of the container/);
  });
});

describe('the credentials setting', () => {
  const inDays = (days: number): string => new Date(Date.now() + days * dayMs).toISOString();
  const sas = (fields: string): Promise<SinkSetting> =>
    credentialsSetting({ kind: 'sas', from: 'AZURE_STORAGE_SAS_TOKEN', sas: `sv=1&sig=canary-secret&${fields}` });

  it('tells the rights of a signature and when it ends', async () => {
    const found = await sas(`sp=rcl&se=${inDays(30)}`);
    expect(found).toMatchObject({ name: 'credentials', state: 'on' });
    expect(found.message).toMatch(/from AZURE_STORAGE_SAS_TOKEN, rights rcl; ends \d{4}-/);
    expect(found.warning).toBeUndefined();
  });

  it.each([13, 0.01, -1])('warns of a signature that ends in %d days', async (days) => {
    const found = await sas(`se=${inDays(days)}`);
    expect(found.warning).toMatch(days > 0 ? /signature ends / : /signature ended /);
    expect(JSON.stringify(found)).not.toContain('canary-secret');
  });

  it('knows that an access policy may set the end', async () => {
    expect(await sas('si=backup')).toMatchObject({ message: expect.stringContaining('access policy') });
  });
});
