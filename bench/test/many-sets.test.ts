import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelTime, makeManySets } from '../src/many-sets.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'adcs-backup-many-sets-'));
  const chain = join(folder, 'from', 'sets', 'ca-1', '20260101T000000Z');
  await mkdir(chain, { recursive: true });
  const manifest =
    '{"label":"20260101T000000Z-full","chain":"20260101T000000Z","key":"data/20260101T000000Z-full/pack"}';
  await writeFile(join(chain, '20260101T000000Z-full.json'), manifest);
  await writeFile(join(chain, '20260101T000000Z-full.outcome.json'), '{"label":"20260101T000000Z-full"}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('makeManySets', () => {
  it('makes a manifest and an outcome for each set, in chains, under names of their own', async () => {
    const to = join(folder, 'to');
    await makeManySets(join(folder, 'from'), to, 250);
    const sets = join(to, 'sets', 'ca-1');
    const chains = await readdir(sets);
    expect(chains.sort()).toEqual([labelTime(0), labelTime(240)]);
    const names = await Promise.all(chains.map((chain) => readdir(join(sets, chain))));
    expect(names.map((inChain) => inChain.length)).toEqual([480, 20]);
    expect(new Set(names.flat()).size).toBe(500);
    const stem = join(sets, labelTime(240), `${labelTime(241)}-full`);
    const label = `${labelTime(241)}-full`;
    expect(JSON.parse(await readFile(`${stem}.json`, 'utf8'))).toEqual({
      label,
      chain: labelTime(240),
      key: `data/${label}/pack`,
    });
    expect(JSON.parse(await readFile(`${stem}.outcome.json`, 'utf8'))).toEqual({ label });
  });

  it('says so when there is no set to take as a pattern', async () => {
    await mkdir(join(folder, 'empty', 'sets'), { recursive: true });
    await expect(makeManySets(join(folder, 'empty'), join(folder, 'none'), 1)).rejects.toThrow('no set');
  });
});
