import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { describeWithAzurite } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { blob, refusal } from './answers.ts';
import { openFaulty } from './faulty-place.ts';

const key = objectKey('a/b');
const body = bytesOf('retention', 1000);
const retainUntil = new Date('2027-03-01T10:20:30.400Z');

function policy(until: string, mode: string): Record<string, string> {
  return { 'x-ms-immutability-policy-until-date': until, 'x-ms-immutability-policy-mode': mode };
}

describeWithAzurite('retainUntil of an Azure Blob sink', (access) => {
  it('asks for a lock that nobody can shorten, rounded up to a second', async () => {
    const { sink, fault, proxy } = await openFaulty(access);
    fault(blob(policy('Mon, 01 Mar 2027 10:20:31 GMT', 'locked')), 'HEAD');
    await expect(sink.put(key, body, { retainUntil })).resolves.toMatchObject({ sizeBytes: 1000 });
    expect(proxy.seen[0]?.headers).toMatchObject(policy('Mon, 01 Mar 2027 10:20:31 GMT', 'Locked'));
  });

  it.each([
    ['none', {}],
    ['one that ends earlier', policy('Mon, 01 Mar 2027 10:20:29 GMT', 'locked')],
    ['one that can be shortened', policy('Mon, 01 Mar 2027 10:20:31 GMT', 'unlocked')],
  ])('rejects when the server keeps %s, and says that the object is there', async (_what, headers) => {
    const { sink, plain, fault } = await openFaulty(access);
    fault(blob(headers), 'HEAD');
    const error = await rejectsWith(sink.put(key, body, { retainUntil }), 'sink-denied', /was stored, but not locked/);
    expect(error).toMatchObject({ retryable: false, hint: expect.stringContaining('The object stays where it is.') });
    expect(await plain.get(key)).toEqual(body);
  });

  it('rejects when it may not see whether the object is locked', async () => {
    const { sink, fault } = await openFaulty(access);
    fault(refusal(403, 'AuthorizationPermissionMismatch'), 'HEAD');
    await rejectsWith(sink.put(key, body, { retainUntil }), 'sink-denied', /its policy can't be read/);
  });

  it('may be asked again when the answer to that was lost', async () => {
    const { sink, fault } = await openFaulty(access);
    fault({ kind: 'refuse' }, 'HEAD');
    expect(await rejectsWith(sink.put(key, body, { retainUntil }), 'sink-unreachable')).toMatchObject({
      retryable: true,
    });
  });

  it('says so when the container takes no locks', async () => {
    const { sink, fault } = await openFaulty(access);
    fault(refusal(409, 'FeatureNotAllowed'), 'PUT');
    const error = await rejectsWith(
      sink.put(key, body, { retainUntil }),
      'sink-denied',
      /FeatureNotAllowed.*to be locked/,
    );
    expect(error.hint).toContain('version-level immutability');
  });

  it.each([
    [refusal(503, 'ServerBusy'), 'sink-unreachable'],
    [refusal(409, 'BlobAlreadyExists'), 'object-exists'],
    [refusal(409, 'BlobImmutableDueToPolicy'), 'object-exists'],
    [refusal(403, 'UnauthorizedBlobOverwrite'), 'object-exists'],
    [refusal(404, 'ContainerNotFound'), 'invalid-location'],
  ] as const)('takes %o for what it is, lock or not', async (answer, code) => {
    const { sink, fault } = await openFaulty(access);
    fault(answer, 'PUT');
    await rejectsWith(sink.put(key, body, { retainUntil }), code);
    await rejectsWith(sink.put(key, body), code);
  });

  it('refuses to delete what is locked', async () => {
    const { sink, fault } = await openFaulty(access);
    fault(refusal(409, 'BlobImmutableDueToPolicy'), 'DELETE');
    const error = await rejectsWith(sink.delete(key), 'sink-denied', /BlobImmutableDueToPolicy/);
    expect(error.hint).toContain('wait until it ends');
  });
});
