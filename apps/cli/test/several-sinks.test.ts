import { cp, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newPlace, type Place } from './place.ts';
import { cli } from './run-cli.ts';
import { backUp } from './told-backup.ts';

interface Pair extends Place {
  readonly other: string;
}

/** A CA and two empty sinks, both of which `backup` names. */
async function newPair(): Promise<Pair> {
  const place = await newPlace();
  const [verb = '', sink = '', ...flags] = place.backup;
  const other = join(place.folder, 'other');
  await mkdir(other);
  return { ...place, other, backup: [verb, sink, other, ...flags] };
}

/** Every object with its content. */
async function contentOf(sink: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(sink, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = files.map(
    async (path): Promise<[string, string]> => [path.slice(sink.length), (await readFile(path)).toString('base64')],
  );
  return new Map(await Promise.all(contents));
}

async function expectSame(one: string, other: string): Promise<void> {
  const content = await contentOf(one);
  expect(content.size).toBeGreaterThan(3);
  expect(await contentOf(other)).toEqual(content);
}

describe('backup into several sinks', () => {
  it('reads the CA once, and stores the same objects in each', async () => {
    const pair = await newPair();
    const { told, ended, isTruncated } = await backUp(pair, '--truncate-logs');
    expect(told).toEqual({ exitCode: 0, sealed: 'full, sound' });
    expect(isTruncated).toBe(true);
    expect(ended['location']).toBe(pair.sink);
    expect(ended['sinks']).toEqual([
      { location: pair.sink, at: 'sealed' },
      { location: pair.other, at: 'sealed' },
    ]);
    await expectSame(pair.sink, pair.other);
  });

  it('goes on without a folder that is not there, truncates nothing, and says so', async () => {
    const pair = await newPair();
    await rename(pair.other, `${pair.other}-away`);
    const { told, ended, isTruncated, stderr } = await backUp(pair, '--truncate-logs');
    expect(told).toEqual({ exitCode: 3, sealed: 'full, sound', warnings: ['sink-dropped', 'not-truncated'] });
    expect(isTruncated).toBe(false);
    expect(stderr).toContain(`the run goes on without ${pair.other}: folder ${pair.other} isn't there`);
    expect(stderr).toContain('the set is in 1 of 2 sinks, 2 are asked for');
    expect(ended['sinks']).toMatchObject([
      { at: 'sealed' },
      { at: 'dropped', message: expect.stringContaining("isn't there") },
    ]);
  });

  it('truncates with fewer copies where that is enough', async () => {
    const pair = await newPair();
    await rename(pair.other, `${pair.other}-away`);
    const { told, isTruncated } = await backUp(pair, '--truncate-logs', '--min-copies', '1');
    expect(told).toMatchObject({ exitCode: 3, warnings: ['sink-dropped'] });
    expect(isTruncated).toBe(true);
  });

  it('gives a sink that was down what it lacks', async () => {
    const pair = await newPair();
    await backUp(pair, '--truncate-logs');
    const away = `${pair.other}-away`;
    await rename(pair.other, away);
    await pair.ca.issueCertificates({ changedPages: 3 });
    await backUp(pair, '--type', 'auto');
    await rename(away, pair.other);
    await pair.ca.issueCertificates({ changedPages: 2 });
    const { told, lines, stderr } = await backUp(pair, '--type', 'auto', '--truncate-logs', '--min-copies', '1');
    expect(told).toEqual({ exitCode: 0, sealed: 'logs-only, sound' });
    expect(lines.map(({ type }) => type)).toContain('sink-behind');
    expect(stderr).toMatch(/lacks \d+ objects of the set: it gets them after the session/);
    await expectSame(pair.sink, pair.other);
    const restored = await cli(['restore', pair.other, 'latest', '--to', join(pair.folder, 'restored')]);
    expect(restored).toMatchObject({ exitCode: 0 });
  });

  it('says of each sink what became of it, and leads to one that has the set', async () => {
    const pair = await newPair();
    await rename(pair.sink, `${pair.sink}-away`);
    const { exitCode, stdout } = await cli(pair.backup);
    expect(exitCode).toBe(3);
    expect(stdout).toContain(`${pair.sink}: DROPPED, the set is not there`);
    expect(stdout).toMatch(new RegExp(`adcs-backup verify ${pair.other} \\S+ --read-data`));
  });

  it('fails when none can be reached, before the CA is asked', async () => {
    const pair = await newPair();
    await rename(pair.sink, `${pair.sink}-away`);
    await rename(pair.other, `${pair.other}-away`);
    const { exitCode, stderr } = await cli(pair.backup);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`folder ${pair.sink} isn't there`);
  });

  it('stops at a mistyped address, though the other is good', async () => {
    const pair = await newPair();
    const [verb = '', sink = '', , ...flags] = pair.backup;
    const { exitCode, stderr } = await cli([verb, sink, 'nowhere://bucket', ...flags]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('no sink for nowhere: URLs');
    expect(await readdir(sink)).toEqual([]);
  });

  it('goes on without one that dies in the middle, and the next run completes it', async () => {
    const pair = await newPair();
    const [verb = '', sink = '', other = '', ...flags] = pair.backup;
    const dying = `faulty://${other}?method=put&key=pack&code=sink-denied`;
    const { told } = await backUp({ ...pair, backup: [verb, sink, dying, ...flags] });
    expect(told).toEqual({ exitCode: 3, sealed: 'full, sound', warnings: ['sink-dropped'] });
    expect(await readdir(other)).toEqual(['data']);
    await backUp(pair);
    await expectSame(sink, other);
  });

  it.each([
    [['--min-copies', '3'], "--min-copies 3 can't be met with 2 sinks"],
    [['--min-copies', '0'], 'not a whole number from 1 on'],
  ])('refuses %j', async (flags, message) => {
    const { backup } = await newPair();
    const { exitCode, stderr } = await cli([...backup, ...flags]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  it('refuses the same sink twice', async () => {
    const { backup, sink } = await newPlace();
    const { exitCode, stderr } = await cli([...backup, sink]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('is named twice');
  });
});

describe('copy', () => {
  it('makes a sink that has all, and puts nothing the second time', async () => {
    const { sink, folder } = await filled();
    const target = await emptyIn(folder);
    const first = await cli(['copy', sink, target]);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toContain(`${target} has all 2 sets of ${sink}.\n2 sets copied: `);
    await expectSame(sink, target);
    const again = await cli(['copy', sink, target]);
    expect(again.stdout).toContain('0 sets copied: 0 objects');
  });

  it('copies one set with those before it in its chain, so that there is no hole', async () => {
    const { sink, folder, backup, ca } = await filled();
    await ca.issueCertificates({ changedPages: 1 });
    await cli([...backup, '--type', 'full']);
    const { stdout } = await cli(['list', sink, '--json']);
    const [, second] = stdout.split('\n').flatMap((line) => /"label":"([^"]+)"/.exec(line)?.[1] ?? []);
    const target = await emptyIn(folder);
    const copied = await cli(['copy', sink, target, String(second)]);
    expect(copied.stdout).toContain(`${target} has the 2 sets of ${sink}.`);
    expect(await cli(['verify', target, '--read-data'])).toMatchObject({ exitCode: 0 });
    const newest = await cli(['copy', sink, target, 'latest']);
    expect(newest.stdout).toContain(`${target} has the 3 sets of ${sink}.\n1 set copied: `);
  });

  it('leaves out what is damaged, with what builds on it, and says so', async () => {
    const { sink, folder } = await filled();
    const damaged = join(folder, 'damaged');
    await cp(sink, damaged, { recursive: true });
    const packs = (await readdir(join(damaged, 'data'), { recursive: true })).filter((path) =>
      path.endsWith('pack-00001'),
    );
    await rename(join(damaged, 'data', packs.sort()[0] ?? ''), join(folder, 'gone'));
    const target = await emptyIn(folder);
    const { exitCode, stderr } = await cli(['copy', damaged, target]);
    expect(exitCode).toBe(14);
    expect(stderr).toContain('2 of 2 sets not copied, first: ');
    expect(stderr).toMatch(/-logs-only was not copied: it builds on \S+-full, which could not be/);
    expect(await readdir(target)).not.toContain('sets');
    expect(await cli(['copy', sink, target])).toMatchObject({ exitCode: 0 });
    await expectSame(sink, target);
  });

  it('refuses to copy a sink into itself', async () => {
    const { sink } = await filled();
    const { exitCode, stderr } = await cli(['copy', sink, sink]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`both sinks are ${sink}`);
  });
});

/** A sink with a full set and logs only. */
async function filled(): Promise<Place> {
  const place = await newPlace();
  await backUp(place, '--truncate-logs');
  await place.ca.issueCertificates({ changedPages: 3 });
  await backUp(place, '--type', 'auto');
  return place;
}

async function emptyIn(folder: string): Promise<string> {
  const target = join(folder, 'target');
  await mkdir(target);
  return target;
}
