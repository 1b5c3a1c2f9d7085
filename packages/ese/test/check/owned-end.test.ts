import { describe, expect, it } from 'vitest';
import { sealHeader, sealPage } from '../../src/index.ts';
import { checkDatabase, madeDatabase } from './made-files.ts';

const CLEAN = 3;

interface Tree {
  readonly flags?: number;
  readonly object?: number;
  readonly tags?: number;
  readonly size?: number;
  readonly start?: number;
  readonly keyBytes?: number;
}

/** A clean database whose page 2 says that it owns 5 pages; the last 8 of its 19 or more are garbage. */
function withTree(pageSize: number, tree: Tree = {}): Buffer {
  const file = madeDatabase({ pageSize, filePages: 24 });
  file.writeUInt32LE(CLEAN, 52);
  sealHeader(file.subarray(0, pageSize));
  file.copy(file, pageSize, 0, pageSize);
  const page = file.subarray(3 * pageSize, 4 * pageSize).fill(0);
  const node = (pageSize <= 8192 ? 40 : 80) + 16;
  page.writeUInt32LE(tree.object ?? 1, 24);
  page.writeUInt16LE(tree.tags ?? 2, 34);
  page.writeUInt32LE(tree.flags ?? 0x823, 36);
  page.writeUInt16LE(tree.keyBytes ?? 4, node);
  page.writeUInt32BE(5, node + 2);
  page.writeUInt16LE(tree.size ?? 10, pageSize - 8);
  page.writeUInt16LE(tree.start ?? 16, pageSize - 6);
  sealPage(new DataView(page.buffer, page.byteOffset, pageSize), { offset: 0, number: 2 }, pageSize);
  return file.fill('garbage', 7 * pageSize, 10 * pageSize);
}

describe('what follows the last page that a database owns', () => {
  it.each([4096, 8192, 16384, 32768])('is no page (pages of %i bytes)', (pageSize) => {
    const result = checkDatabase(withTree(pageSize));
    expect(result).toMatchObject({ intact: true, findings: [], pages: { valid: 11, zero: 8, bad: 0, unowned: 3 } });
    const before = withTree(pageSize).fill('x', 6 * pageSize, 7 * pageSize);
    expect(checkDatabase(before)).toMatchObject({ intact: false, pages: { bad: 1, unowned: 3 } });
  });

  it('must be there: a database at rest that was cut between two pages is found', () => {
    const file = withTree(4096);
    expect(checkDatabase(file.subarray(0, 7 * 4096)).findings).toEqual([]);
    const cut = checkDatabase(file.subarray(0, 6 * 4096));
    expect(cut.findings).toMatchObject([{ kind: 'length-wrong', offset: 6 * 4096 }]);
    expect(cut.findings[0]?.message).toBe('the file ends after page 4, but the database has 5 pages');
    const dirty = withTree(4096).subarray(0, 6 * 4096);
    dirty.writeUInt32LE(2, 52);
    sealHeader(dirty.subarray(0, 4096));
    expect(checkDatabase(dirty).findings).toEqual([]);
  });

  it('is checked when the file must be as the backup API gave it, or is not at rest', () => {
    expect(checkDatabase(withTree(4096), { expected: 'streaming-copy' }).pages).toMatchObject({ bad: 3, unowned: 0 });
    const dirty = withTree(4096);
    dirty.writeUInt32LE(2, 52);
    sealHeader(dirty.subarray(0, 4096));
    expect(checkDatabase(dirty).pages).toMatchObject({ bad: 3, unowned: 0 });
  });

  it.each<[string, Tree]>([
    ['has other pages', { flags: 0x821 }],
    ['is of another object', { object: 2 }],
    ['is empty', { tags: 1 }],
    ['claims more nodes than fit', { tags: 0xfff }],
    ['has a node of another size', { size: 11 }],
    ['has a compressed node', { start: 16 | 0x8000 }],
    ['has a node that overlaps the tags', { start: 4096 - 40 - 17 }],
    ['has a key of another length', { keyBytes: 5 }],
  ])('is checked when the tree %s', (_, tree) => {
    expect(checkDatabase(withTree(4096, tree)).pages).toMatchObject({ bad: 3, unowned: 0 });
  });
});
