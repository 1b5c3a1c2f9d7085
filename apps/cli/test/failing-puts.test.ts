import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Place } from './place.ts';
import { cli } from './run-cli.ts';
import { backUp, labelsIn, newPast } from './told-backup.ts';

/** Promise 1 on the real command: whatever put fails, no log goes before the set is there and sound. */

/** What a run puts, by kind. Last of all comes the outcome, after the truncation. */
const puts = ['/begin.json$', '/pack-', '/map-', '^sets/.*-(full|logs-only).json$'];

function at({ sink, backup, ...place }: Place, query: string): Place {
  const [, , ...flags] = backup;
  return { ...place, sink, backup: ['backup', `faulty://${sink}?method=put&${query}`, ...flags] };
}

it.each(['full', 'logs-only'])('a %s run that truncates loses no log to a put that fails', async (type) => {
  const place = await newPast();
  const before = await labelsIn(place);
  const known = new Set(await readdir(place.sink, { recursive: true }));
  for (const key of puts) {
    const run = await backUp(
      at(place, `key=${encodeURIComponent(key)}&code=sink-full`),
      '--type',
      type,
      '--truncate-logs',
    );
    expect(run.told, key).toEqual({ exitCode: 13, error: 'sink-full' });
    expect(run.isTruncated, key).toBe(false);
    expect(run.logsAfter, key).toEqual(expect.arrayContaining([...run.logsBefore]));
    expect((await place.ca.report()).sessions.left, key).toBe(0);
  }
  expect(await labelsIn(place)).toEqual(before);

  const outcome = await backUp(at(place, 'key=outcome&code=sink-full'), '--type', type, '--truncate-logs');
  expect(outcome.told).toEqual({ exitCode: 3, sealed: `${type}, sound`, warnings: ['outcome-not-stored'] });
  expect(outcome.isTruncated).toBe(true);

  const next = await backUp(place, '--type', 'auto', '--truncate-logs');
  expect(next.told).toMatchObject({ sealed: 'full, sound', fullSince: expect.stringContaining('did not end well') });
  expect(await cli(['verify', place.sink, '--read-data', '--ese'])).toMatchObject({ exitCode: 0 });
  const added = (await readdir(place.sink, { recursive: true })).filter((name) => !known.has(name));
  // Every kind of put was among those that failed.
  const kinds = [...puts, '.outcome.json$'].map((key) => new RegExp(key));
  const files = added.filter((name) => name.includes('.json') || /\/(pack|map)-/.test(name));
  expect(files.filter((name) => !kinds.some((kind) => kind.test(name)))).toEqual([]);
});

it('a manifest whose put landed, but was never confirmed, is no reason to truncate', async () => {
  const place = await newPast();
  const [, , , manifest = ''] = puts;
  const lost = `key=${encodeURIComponent(manifest)}&kind=after&code=sink-unreachable`;
  const run = await backUp(at(place, lost), '--type', 'logs-only', '--truncate-logs');
  expect(run.told).toEqual({ exitCode: 12, error: 'sink-unreachable' });
  expect(run.stderr).toMatch(/^no set is known to be sealed \("adcs-backup list" tells\); those before are as/m);
  expect(await labelsIn(place)).toHaveLength(2);
  expect(run.isTruncated).toBe(false);

  // Tried again, the manifest is found to be what was put.
  const retried = await backUp(at(place, `${lost}&retryable=1&times=1`), '--type', 'full', '--truncate-logs');
  expect(retried.told).toEqual({ exitCode: 0, sealed: 'full, sound' });
  expect(retried.isTruncated).toBe(true);
  expect(retried.lines).toContainEqual(expect.objectContaining({ type: 'sink-retried', method: 'put' }));
});
