import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder } from '../test/place.ts';
import { cli, jsonLines } from '../test/run-cli.ts';

const SETS = 10_000;
const SETS_PER_CHAIN = 720;

function timeOf(set: number): string {
  const time = new Date(Date.UTC(2026, 0, 1) + set * 3600_000);
  return `${time.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** The keys under sets/ of a set an hour; a listing reads no object, so they may hold anything. */
async function newSinkOfManySets(): Promise<string> {
  const sink = await newFolder();
  let chain = '';
  for (let set = 0; set < SETS; set++) {
    if (set % SETS_PER_CHAIN === 0) {
      chain = join(sink, 'sets', 'test-ca-1fe373', timeOf(set));
      await mkdir(chain, { recursive: true });
    }
    await writeFile(join(chain, `${timeOf(set)}-full.json`), 'manifest');
    await writeFile(join(chain, `${timeOf(set)}-full.outcome.json`), 'outcome');
  }
  return sink;
}

test('10,000 sets on disk are listed, all of them', async () => {
  const sink = await newSinkOfManySets();
  const expected = Array.from({ length: SETS }, (_, set) => `${timeOf(set)}-full`);

  const begun = performance.now();
  const text = await cli(['list', sink]);
  console.log(`listed ${SETS} sets in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  expect(text).toMatchObject({ exitCode: 0, stderr: '' });
  const [title, ...rows] = text.stdout.trimEnd().split('\n');
  expect(title).toMatch(/^CA +LABEL/);
  expect(rows.map((row) => row.split(/ +/)[1])).toEqual(expected);

  const json = await cli(['list', sink, '--json']);
  const sets = jsonLines(json.stdout).filter(({ type }) => type === 'set-listed');
  expect(sets.map(({ label }) => label)).toEqual(expected);
  expect(sets.every(({ hasOutcome }) => hasOutcome === true)).toBe(true);
});
