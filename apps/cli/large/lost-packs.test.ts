import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type FilledPlace, newFilledPlace } from '../test/place.ts';
import { cli, type JsonObject, jsonLines } from '../test/run-cli.ts';

/** A sink that lost or altered the pack of the first set, seen by the runs after it. */

async function newDamagedPlace(damage: (pack: string) => Promise<void>): Promise<FilledPlace> {
  const place = await newFilledPlace({ databaseBytes: 2 * 1024 ** 2 });
  await damage(await packOf(place));
  await place.ca.issueCertificates({ changedPages: 3, logs: 1 });
  return place;
}

async function packOf({ sink, label }: FilledPlace): Promise<string> {
  const paths = await readdir(join(sink, 'data'), { recursive: true });
  const packs = paths.filter((path) => path.includes(label) && /pack-\d+$/.test(path));
  expect(packs).toHaveLength(1);
  return join(sink, 'data', packs[0] ?? '');
}

interface Answer {
  readonly exitCode: number | null;
  readonly lines: readonly JsonObject[];
}

async function answerOf(args: readonly string[]): Promise<Answer> {
  const { exitCode, stdout } = await cli([...args, '--json']);
  return { exitCode, lines: jsonLines(stdout) };
}

/** `label: intact` of every set, oldest first. */
function verdicts({ lines }: Answer): readonly string[] {
  return lines.flatMap(({ type, label, intact }) => (type === 'set-verified' ? [`${label}: ${intact}`] : []));
}

function findings({ lines }: Answer): readonly (readonly unknown[])[] {
  return lines.flatMap(({ type, label, code }) => (type === 'finding' ? [[label, code]] : []));
}

function endOf({ lines }: Answer): JsonObject {
  const ended = lines.find(({ type }) => type === 'backup-ended');
  if (ended === undefined) throw new Error(`no backup-ended in ${JSON.stringify(lines)}`);
  return ended;
}

describe('a pack that went missing between two backups', () => {
  test.each<[string, string, (pack: string) => Promise<void>]>([
    ['deleted', 'object-missing', (pack) => rm(pack)],
    ['truncated', 'object-size', (pack) => truncate(pack, 1000)],
    ['emptied', 'object-size', (pack) => truncate(pack, 0)],
  ])('(%s) is stored again with a warning; the sets that needed it stay damaged', async (_how, code, damage) => {
    const place = await newDamagedPlace(damage);
    const healing = await answerOf(place.backup);
    expect(healing.exitCode).toBe(3);
    const warning = healing.lines.find(({ type }) => type === 'warning');
    expect(warning).toMatchObject({ code: 'stored-data-lost', message: expect.stringContaining('pack-00001') });
    const { label: healed, blocks, zeroBlocks, newBlocks } = endOf(healing);
    expect(newBlocks).toBe(Number(blocks) - Number(zeroBlocks));

    const verified = await answerOf(['verify', place.sink, '--read-data']);
    expect(verified.exitCode).toBe(14);
    expect(verdicts(verified)).toEqual([`${place.label}: false`, `${healed}: true`]);
    expect(findings(verified)).toContainEqual([place.label, code]);
    expect(findings(verified).every(([label]) => label === place.label)).toBe(true);

    const to = join(place.folder, 'restored');
    expect((await answerOf(['restore', place.sink, place.label, '--to', to])).exitCode).toBe(14);
    expect(await readdir(to)).toEqual([]);
    expect((await answerOf(['restore', place.sink, 'latest', '--to', to])).exitCode).toBe(0);

    const next = await answerOf(place.backup);
    expect(next.exitCode).toBe(0);
    expect(Number(endOf(next)['newBlocks'])).toBeLessThan(5);
  });
});

describe('a pack whose bytes were altered between two backups', () => {
  test('is named by verify --read-data in every set that needs it, and no restore takes it', async () => {
    const place = await newDamagedPlace(async (pack) => {
      const bytes = await readFile(pack);
      await rm(pack);
      const middle = bytes.length >> 1;
      bytes.writeUInt8(bytes.readUInt8(middle) ^ 7, middle);
      await writeFile(pack, bytes);
    });
    const second = await answerOf(place.backup);
    // A backup reads no pack: what has its size counts as there.
    expect(second.exitCode).toBe(0);
    const { label } = endOf(second);
    expect((await answerOf(['verify', place.sink])).exitCode).toBe(0);

    const verified = await answerOf(['verify', place.sink, '--read-data']);
    expect(verified.exitCode).toBe(14);
    expect(verdicts(verified)).toEqual([`${place.label}: false`, `${label}: false`]);
    expect(findings(verified)).toEqual([
      [place.label, 'pack-damaged'],
      [label, 'pack-damaged'],
    ]);
    const keys = verified.lines.flatMap(({ type, key }) => (type === 'finding' ? [key] : []));
    for (const key of keys) expect(key).toMatch(new RegExp(`/${place.label}/pack-00001$`));

    const to = join(place.folder, 'restored');
    expect((await answerOf(['restore', place.sink, 'latest', '--to', to])).exitCode).toBe(14);
    expect(await readdir(to)).toEqual([]);

    // The way out: a chain of its own.
    const anew = await answerOf([...place.backup, '--new-chain']);
    expect(anew.exitCode).toBe(0);
    expect((await answerOf(['verify', place.sink, String(endOf(anew)['label']), '--read-data'])).exitCode).toBe(0);
  });
});
