import { describe, expect, it } from 'vitest';
import { encodeCheckpoint, FileChecker, type FileCheckResult, sealHeader } from '../../src/index.ts';
import {
  checkDatabase,
  checkLog,
  flipBit,
  logSignature,
  madeDatabase,
  madeLog,
  madeStreamingCopy,
} from './made-files.ts';
import { checkFile } from './made-sets.ts';

const checkpoint = Buffer.from(encodeCheckpoint({ position: { generation: 3, sector: 1, byte: 0 }, logSignature }));
const flushMap = Buffer.alloc(16384);
flushMap[667] = 7;
sealHeader(flushMap.subarray(0, 8192));

const made = { database: madeDatabase(), log: madeLog(), checkpoint, 'flush-map': flushMap } as const;

function kinds(checked: FileCheckResult): readonly string[] {
  if (checked.kind === 'not-checked') return [checked.kind, checked.reason];
  return [checked.kind, ...checked.result.findings.map(({ kind }) => kind)];
}

describe('check of a file of any kind', () => {
  it.each(Object.entries(made))('knows a %s by its content', (kind, file) => {
    expect(kinds(checkFile('unknown.bin', file))).toEqual([kind]);
  });

  it.each([
    ['CA.edb', 'database', 'headers-bad'],
    ['edb00007.log', 'log', 'header-bad'],
    ['EDB00100000.LOG', 'log', 'header-bad'],
    ['edb.log', 'log', 'header-bad'],
    ['edb.chk', 'checkpoint', 'headers-bad'],
    ['CA.jfm', 'flush-map', 'header-bad'],
  ])('knows %s by its name, even when its headers are lost', (name, kind, finding) => {
    const file = Buffer.alloc(65536, 'no header');
    expect(kinds(checkFile(name, file))).toEqual(expect.arrayContaining([kind, finding]));
    expect(kinds(checkFile(name, new Uint8Array(0)))).toEqual(expect.arrayContaining([kind, finding]));
  });

  it('gives what the check of that kind gives', () => {
    const copy = madeStreamingCopy();
    expect(checkFile('a.edb', copy)).toEqual({
      kind: 'database',
      name: 'a.edb',
      result: checkDatabase(copy, { expected: 'streaming-copy' }),
    });
    expect(checkFile('b', made.log)).toEqual({ kind: 'log', name: 'b', result: checkLog(made.log) });
    expect(kinds(checkFile('edb00008.log', made.log))).toEqual(['log', 'generation-wrong']);
    expect(kinds(checkFile('edb.log', made.log))).toEqual(['log']);
  });

  it.each([
    ['edbtmp.log', 'the next log while it is prepared: belongs to no backup'],
    ['edbres00001.jrs', 'keeps disk space for logs: has no content'],
    ['res2.log', 'keeps disk space for logs: has no content'],
    ['tmp.edb', "the engine's temporary database: belongs to no backup"],
    ['certbkxp.dat', 'names where the files were: not a file of the engine'],
    ['CA.pat', 'patch file of an older engine: the trailer in the database holds the same'],
  ])('does not check %s, whatever is in it: %s', (name, reason) => {
    const checker = new FileChecker({ name });
    expect(checker.isSettled).toBe(true);
    checker.feed(made.log);
    expect(checker.end()).toEqual({ kind: 'not-checked', name, reason });
  });

  it('does not check what it cannot recognise, and says so after 64 KiB', () => {
    const checker = new FileChecker({ name: 'letter.txt' });
    checker.feed(Buffer.alloc(65535, 'text'));
    expect(checker.isSettled).toBe(false);
    checker.feed(Buffer.alloc(2, 'text'));
    expect(checker.isSettled).toBe(true);
    checker.feed(made.database);
    expect(kinds(checker.end())).toEqual(['not-checked', 'not recognised as a database, log, checkpoint or flush map']);
    expect(kinds(checkFile('letter.txt', new Uint8Array(0)))).toEqual(['not-checked', 'the file is empty']);
    expect(kinds(checkFile('letter.txt', made.log.subarray(0, 4000)))[0]).toBe('not-checked');
  });

  it.each([4096, 8192, 16384, 32768])('knows a database by the shadow of a lost header (%i bytes)', (pageSize) => {
    const file = madeDatabase({ pageSize }).fill(0, 0, pageSize);
    expect(kinds(checkFile('CA.bak', file))).toEqual(['database', 'header-bad']);
  });

  it('knows a checkpoint file by its second copy', () => {
    const file = Buffer.from(checkpoint).fill(0, 0, 4096);
    expect(kinds(checkFile('saved', file))).toEqual(['checkpoint', 'checkpoint-copy-bad']);
  });

  it('holds the headers of a streaming copy to its origin, those of other databases to the engine', () => {
    const [copy, database] = [madeStreamingCopy(), madeDatabase()];
    for (const file of [copy, database]) flipBit(file, 0, 999);
    expect(checkFile('CA.edb', copy)).toMatchObject({ result: { intact: false } });
    expect(checkFile('CA.edb', database)).toMatchObject({ result: { intact: true } });
  });

  it('refuses a checkpoint file and a flush map of absurd size, without keeping them', () => {
    const bytes = new Uint8Array(64 * 1024 * 1024);
    const [asCheckpoint, asFlushMap] = [new FileChecker({ name: 'edb.chk' }), new FileChecker({ name: 'CA.jfm' })];
    asCheckpoint.feed(checkpoint);
    asCheckpoint.feed(bytes);
    expect(asCheckpoint.end()).toMatchObject({ result: { findings: [{ kind: 'length-wrong', offset: 8192 }] } });
    asFlushMap.feed(flushMap);
    for (let fed = 0; fed < 16; fed += 1) asFlushMap.feed(bytes);
    expect(asFlushMap.end()).toMatchObject({ result: { findings: [{ kind: 'length-wrong', offset: 2 ** 30 }] } });
  });

  it('stores as many findings as asked for', () => {
    for (const [name, file] of [
      ['a.edb', madeStreamingCopy().fill(1, 8192, 16384)],
      ['edb.log', madeLog().fill(1, 4096, 16384)],
      ['a.jfm', Buffer.alloc(65536, 1)],
    ] as const) {
      const checker = new FileChecker({ name, maxFindings: 1 });
      checker.feed(file);
      const checked = checker.end();
      expect(kinds(checked).length).toBe(2);
    }
  });
});
