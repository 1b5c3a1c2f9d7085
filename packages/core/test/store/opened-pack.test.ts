import { hash } from 'node:crypto';
import { objectKey } from '@adcs-backup/core/sink';
import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { OpenedPacks } from '../../src/store/opened-pack.ts';

test('a pack is read again only after four others were used since', async () => {
  const sink = new MemorySink();
  const [first, ...others] = await Promise.all(
    Array.from({ length: 5 }, async (_, index) => {
      const [key, body] = [objectKey(`pack-${index}`), Buffer.from([index])];
      await sink.put(key, body);
      return { key, sizeBytes: body.length, sha256: hash('sha256', body) };
    }),
  );
  if (first === undefined) throw new Error('nothing was stored');
  const packs = new OpenedPacks({ sink, terms: {} }, {});
  const gets = (): number => sink.calls.filter(({ method, key }) => method === 'get' && key === first.key).length;
  for (const pack of [first, ...others.slice(0, 3), first]) await packs.content(pack);
  expect(gets()).toBe(1);
  for (const pack of others) await packs.content(pack);
  expect(Buffer.from(await packs.content(first))).toEqual(Buffer.from([0]));
  expect(gets()).toBe(2);
});
