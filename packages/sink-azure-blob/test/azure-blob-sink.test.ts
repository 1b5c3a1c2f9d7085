import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf, keysOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { containerClient } from '@adcs-backup/test-servers';
import { describeWithAzurite } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { Place } from './place.ts';

const key = objectKey('a/b');
const body = bytesOf('azure blob', 300_000);

describeWithAzurite('an Azure Blob sink', (access) => {
  async function create(): Promise<Place> {
    const place = new Place(access);
    await place.create();
    return place;
  }

  it('stores a block blob under the prefix and the key, in the tier, with its MD5', async () => {
    const place = await create();
    const sink = await place.open({ prefix: 'pki', tier: 'Cool' });
    await sink.put(key, body);
    const found = await containerClient(access, place.container).getBlobClient('pki/a/b').getProperties();
    expect(found).toMatchObject({ blobType: 'BlockBlob', accessTier: 'Cool', contentLength: 300_000 });
    expect(found.contentMD5?.byteLength).toBe(16);
  });

  it('needs the right to create only, to put', async () => {
    const place = await create();
    const environment = { AZURE_STORAGE_SAS_TOKEN: place.signature('c') };
    const sink = await place.open({ environment });
    await sink.put(key, body);
    const calls = [
      () => sink.put(key, body),
      () => sink.get(key),
      () => sink.stat(key),
      () => keysOf(sink, ''),
      () => sink.delete(key),
    ];
    for (const call of calls) {
      expect(await rejectsWith(call(), 'sink-denied')).toMatchObject({
        retryable: false,
        hint: expect.stringMatching(/sp=rcl/),
      });
    }
    expect(await (await place.open()).get(key)).toEqual(body);
  });

  it('knows what is there by a signature that may create, read and list', async () => {
    const place = await create();
    const environment = { AZURE_STORAGE_SAS_TOKEN: place.signature('rcl') };
    const sink = await place.open({ environment });
    await sink.put(key, body);
    await rejectsWith(sink.put(key, body), 'object-exists');
    expect(await keysOf(sink, '')).toEqual([key]);
    await rejectsWith(sink.delete(key), 'sink-denied');
    expect(await sink.get(key)).toEqual(body);
  });

  it('works by a connection string, with a key or a signature', async () => {
    const place = await create();
    const sas = place.signature('rcl');
    const strings = [access.connectionString, `BlobEndpoint=${access.endpoint};SharedAccessSignature=${sas}`];
    for (const [index, text] of strings.entries()) {
      const environment = { AZURE_STORAGE_CONNECTION_STRING: text };
      const sink = await place.open({ endpoint: undefined, environment });
      const each = objectKey(`a/${index}`);
      await sink.put(each, body);
      expect(await sink.get(each)).toEqual(body);
    }
  });

  it('sends a body at the pace of the caller', async () => {
    const sink = await (await create()).open();
    const pieces: number[] = [];
    await sink.put(key, body, { pace: async (bytes) => void pieces.push(bytes) });
    expect(pieces).toEqual([65_536, 65_536, 65_536, 65_536, 37_856]);
    expect(await sink.get(key)).toEqual(body);
  });

  it('never names a signature in what it shows', async () => {
    const place = await create();
    const sas = place.signature('c');
    const sink = await place.open({ environment: { AZURE_STORAGE_SAS_TOKEN: sas } });
    const error = await rejectsWith(sink.get(key), 'sink-denied');
    expect(`${error.stack} ${JSON.stringify(error.cause)}`).not.toContain(new URLSearchParams(sas).get('sig'));
    expect(error.message).toContain(sink.location);
  });
});
