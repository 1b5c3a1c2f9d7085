import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepLogs } from '../src/ca-state.ts';
import { bytesIn, contentOf, listingOf } from '../src/folder.ts';
import { clonePlace, emptyPlace } from '../src/place.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'adcs-backup-folder-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('a folder', () => {
  it('has the same content only while every byte and name is the same', async () => {
    const [one, other] = [join(root, 'one'), join(root, 'other')];
    for (const folder of [one, other]) {
      await mkdir(join(folder, 'inner'), { recursive: true });
      await writeFile(join(folder, 'inner', 'file'), 'some bytes');
    }
    expect(await bytesIn(one)).toBe(10);
    expect(await contentOf(other)).toBe(await contentOf(one));
    await writeFile(join(other, 'inner', 'file'), 'some bytez');
    expect(await contentOf(other)).not.toBe(await contentOf(one));
    await writeFile(join(other, 'inner', 'file'), 'some bytes');
    await writeFile(join(other, 'more'), '');
    expect(await contentOf(other)).not.toBe(await contentOf(one));
  });

  it('has another listing when somebody wrote there, even the same number of bytes', async () => {
    const folder = join(root, 'listed');
    await mkdir(folder);
    await writeFile(join(folder, 'file'), 'a');
    const before = await listingOf(folder);
    expect(await listingOf(folder)).toBe(before);
    await utimes(join(folder, 'file'), 1, 1);
    expect(await listingOf(folder)).not.toBe(before);
  });
});

describe.skipIf(process.platform !== 'linux')('a place', () => {
  it('can be cloned, and what is added to the clone leaves the first alone', async () => {
    const base = await emptyPlace(join(root, 'base'));
    await writeFile(join(base.repository, 'pack'), 'stored');
    await writeFile(join(base.cache, 'index'), 'remembered');
    const before = [await contentOf(base.repository), await contentOf(base.cache)];
    const clone = await clonePlace(base, join(root, 'clone'));
    expect([await contentOf(clone.repository), await contentOf(clone.cache)]).toEqual(before);
    await writeFile(join(clone.repository, 'pack-2'), 'added');
    await writeFile(join(clone.cache, 'index'), 'rewritten');
    expect([await contentOf(base.repository), await contentOf(base.cache)]).toEqual(before);
  });
});

describe('keepLogs', () => {
  it('puts back all but the database', async () => {
    const ca = join(root, 'ca');
    await mkdir(join(ca, 'CertLog'), { recursive: true });
    await writeFile(join(ca, 'CertLog', 'edb.log'), 'first');
    await writeFile(join(ca, 'CertLog', 'CA.edb'), 'pages');
    await mkdir(join(root, 'kept', 'CertLog'), { recursive: true });
    await writeFile(join(root, 'kept', 'CertLog', 'edb00000.log'), 'of an earlier state');
    const state = await keepLogs(ca, join(root, 'kept'));
    await writeFile(join(ca, 'CertLog', 'edb.log'), 'second');
    await writeFile(join(ca, 'CertLog', 'edb00001.log'), 'closed');
    await writeFile(join(ca, 'CertLog', 'CA.edb'), 'other pages');
    await state.putBackLogs();
    expect(await bytesIn(ca)).toBe('first'.length + 'other pages'.length);
  });
});
