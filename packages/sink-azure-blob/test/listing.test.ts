import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf, keysOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { describeWithAzurite } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { listing } from './answers.ts';
import { openFaulty } from './faulty-place.ts';
import { Place } from './place.ts';

const key = objectKey('a/b');
const body = bytesOf('listing', 1000);

describeWithAzurite('listings of an Azure Blob sink', (access) => {
  it('leave out folders, and what is no key', async () => {
    const { sink, fault } = await openFaulty(access);
    fault(
      listing([{ name: 'a', isFolder: true }, { name: 'a/b' }, { name: 'a/b c' }, { name: 'a/nul' }, { name: 'b' }]),
    );
    expect(await keysOf(sink, '')).toEqual(['a/b', 'b']);
  });

  it('reject when the server lists in another order', async () => {
    const { sink, fault } = await openFaulty(access);
    fault(listing([{ name: 'a/b' }, { name: 'a-b' }]));
    const error = await rejectsWith(keysOf(sink, ''), 'sink-failed', /a-b after a\/b/);
    expect(error.hint).toContain('hierarchical namespace');
  });

  it('keep to the prefix of the location', async () => {
    const place = new Place(access);
    await place.create();
    const [outer, inner, sibling] = [
      await place.open(),
      await place.open({ prefix: 'p' }),
      await place.open({ prefix: 'p2' }),
    ];
    await inner.put(key, body);
    expect(await keysOf(inner, 'a')).toEqual(['a/b']);
    expect(await keysOf(outer, '')).toEqual(['p/a/b']);
    expect(await keysOf(sibling, '')).toEqual([]);
  });
});

describeWithAzurite('versions of an Azure Blob sink', (access) => {
  it('are given newest first, and only those of the object', async () => {
    const { sink, fault, proxy } = await openFaulty(access, { prefix: 'p' });
    fault(
      listing([
        {
          name: 'p/a/b',
          versionId: '2026-11-20T08:00:00.0000000Z',
          sizeBytes: 5,
          modifiedAt: 'Fri, 20 Nov 2026 08:00:00 GMT',
        },
        { name: 'p/a/b', versionId: '2026-11-22T08:00:00.0000000Z', sizeBytes: 7 },
        { name: 'p/a/bc', versionId: '2026-11-22T08:00:00.0000000Z', sizeBytes: 9 },
      ]),
    );
    expect(await sink.versions?.(key)).toEqual([
      { id: '2026-11-22T08:00:00.0000000Z', sizeBytes: 7, modifiedAt: new Date('2026-11-22T08:00:00Z') },
      { id: '2026-11-20T08:00:00.0000000Z', sizeBytes: 5, modifiedAt: new Date('2026-11-20T08:00:00Z') },
    ]);
    expect(proxy.seen[0]?.path).toMatch(/include=versions/);
    expect(proxy.seen[0]?.path).toMatch(/prefix=p(?:%2F|\/)a(?:%2F|\/)b(?:&|$)/);
  });

  it('are read by their ids', async () => {
    const { sink, plain, proxy } = await openFaulty(access);
    await plain.put(key, body);
    await sink.get(key, { version: '2026-11-20T08:00:00.0000000Z' });
    expect(proxy.seen[0]?.path).toContain('versionid=2026-11-20T08');
  });

  it('are the object itself where none are kept', async () => {
    const { sink } = await openFaulty(access);
    expect(await sink.versions?.(key)).toEqual([]);
    await sink.put(key, body);
    const [only, ...others] = (await sink.versions?.(key)) ?? [];
    expect(others).toEqual([]);
    expect(await sink.get(key, { version: only?.id })).toEqual(body);
  });
});
