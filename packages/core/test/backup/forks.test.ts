import type { BackupOptions } from '@adcs-backup/core';
import { logFileName } from '@adcs-backup/ese';
import { describe, expect, test } from 'vitest';
import { BackupLine, type RunOptions } from '../backup-line.ts';
import { CaHistory, DATABASE_NAME } from '../ca-history.ts';
import { type DatabaseShape, validDatabase } from '../valid-files.ts';

const SEEDS = [1, 2, 0, 3];

/** A line with a full set of a CA in log 4, that truncated: the chain knows logs 3 and 4. */
async function lineWithFull(): Promise<BackupLine> {
  const line = new BackupLine(new CaHistory(SEEDS));
  line.ca.issue(3);
  await line.full();
  return line;
}

const forkedInto = (sign: string) => ({
  code: 'history-forked',
  message: `the CA does not go on from where the newest set ends: ${sign}`,
});

/** A full set whose database says this of itself, by a CA that went on to log 5. */
async function fullWith(line: BackupLine, shape: Partial<DatabaseShape>, options: RunOptions = {}) {
  const headed = { genLow: 4, genHigh: 5, markGeneration: 5, previousMarkGeneration: 4, ...shape };
  const prepare = () => ({ databases: { [DATABASE_NAME]: validDatabase({ seeds: SEEDS, ...headed }) } });
  return await line.run('full', { ...options, script: { prepare } });
}

describe('a full set begins a new chain under a new label', () => {
  const signs: Record<string, [Partial<DatabaseShape>, string]> = {
    'when the database is another one': [{ signature: 89 }, 'it is another database than before'],
    'when the log stream is another one': [{ logSignature: 78 }, 'its log stream is another one than before'],
    'when the CA writes a log that the chain has': [
      { genLow: 3, genHigh: 4, markGeneration: 4 },
      'the CA writes log 4, but the sink has logs up to 4',
    ],
    'when a log that the database needs was created at another time': [
      { genLow: 3, genHigh: 4, history: 5 },
      'log 4 was written a second time',
    ],
    'when the database remembers an older full backup than the last': [
      { previousMarkGeneration: 3 },
      'it does not remember the last full backup',
    ],
    'when the database remembers no full backup': [
      { previousMarkGeneration: 0 },
      'it does not remember the last full backup',
    ],
  };

  test.each(Object.entries(signs))('%s', async (_name, [shape, sign]) => {
    const line = await lineWithFull();
    const before = (await line.entry()).label.text;
    const { result, certSrv, events } = await fullWith(line, shape);
    if (result.at === 'failed') throw result.error;
    const { manifest } = result;
    expect(result.warnings[0]).toMatchObject(forkedInto(sign));
    expect(result.warnings[0]?.hint).toContain('This full set stands by itself');
    expect(manifest).toMatchObject({ label: '20261101T120001Z-full', chain: '20261101T120001Z', number: 2 });
    expect(manifest.previous?.label).toBe(before);
    expect([...manifest.packs, ...manifest.maps].every(({ key }) => key.includes(`/${manifest.chain}/`))).toBe(true);
    // In the old chain it has its begin and nothing else.
    const left = [...line.sink.objects.keys()].filter((key) => key.includes('20261101T120000Z-full'));
    expect(left).toEqual(['data/test-ca-1fe373/20261101T110000Z/20261101T120000Z-full/begin.json']);
    expect(events.filter(({ type }) => type === 'set-begun')).toMatchObject([
      { label: '20261101T120000Z-full' },
      { label: manifest.label },
    ]);
    expect(certSrv).toMatchObject({ sessionOpen: false, openFiles: 0 });
  });

  test('and not when the last full set was a copy, which the engine does not remember', async () => {
    const line = new BackupLine(new CaHistory(SEEDS));
    line.ca.issue(3);
    const first = await line.sealed('full');
    const { result } = await fullWith(line, { previousMarkGeneration: 1 });
    expect(result).toMatchObject({ at: 'finished', warnings: [], manifest: { chain: first.chain } });
  });
});

describe('a CA that went back in time', () => {
  /** Back to before the full set, then on past all that the chain knows, or not. */
  async function revertedLine(issued: number): Promise<BackupLine> {
    const line = new BackupLine(new CaHistory(SEEDS));
    line.ca.issue(3);
    const snapshot = line.ca.state;
    await line.full();
    line.ca.revert(snapshot);
    line.ca.issue(issued);
    return line;
  }

  test.each([0, 1, 5])('begins a new chain with the next full, after %d more logs', async (issued) => {
    const line = await revertedLine(issued);
    const [before, after] = [await line.entry(), await line.full()];
    expect(after).toMatchObject({ sound: true, warnings: [{ code: 'history-forked' }] });
    expect(after.chain > before.chain).toBe(true);
    line.ca.issue();
    const logs = await line.sealed('logs-only');
    expect(logs).toMatchObject({ base: after.label, chain: after.chain, sound: true });
    for (const label of [before.label.text, after.label, logs.label]) await line.expectSound(label);
  });

  /** Reverts the CA to a state in which it remembers the full set, and asks for more. */
  async function revertAfterFull(issued: number, type: BackupOptions['type'] = 'logs-only') {
    const line = await lineWithFull();
    const snapshot = line.ca.state;
    line.ca.issue(2);
    const known = await line.sealed('logs-only');
    line.ca.revert(snapshot);
    line.ca.issue(issued);
    return { line, known, ...(await line.run(type)) };
  }

  test('has no logs only: a log of the same creation time has other content', async () => {
    // The log that was being written at the snapshot was created before it.
    const { line, known, result, certSrv } = await revertAfterFull(4);
    expect(result).toMatchObject({
      at: 'failed',
      error: { ...forkedInto('log 5 was written a second time'), hint: expect.stringContaining('with --new-chain') },
    });
    expect(certSrv).toMatchObject({ sessionOpen: false, openFiles: 0, truncated: false });
    expect((await line.entry()).label.text).toBe(known.label);
  });

  test('has no logs only: a log was created at another time', async () => {
    const line = await lineWithFull();
    line.ca.issue(2);
    await line.sealed('logs-only', { truncateLogs: true });
    const { current, ...snapshot } = line.ca.state;
    line.ca.issue(1);
    await line.sealed('logs-only');
    line.ca.revert({ ...snapshot, current, currentBranch: 7 });
    line.ca.issue(2);
    const { result } = await line.run('logs-only');
    expect(result).toMatchObject({ at: 'failed', error: forkedInto(`log ${current} was written a second time`) });
  });

  test('has no logs only: the next log follows another one than that of the chain', async () => {
    const line = await lineWithFull();
    const highest = Math.max(...line.ca.state.onDisk.keys());
    const other = new CaHistory(SEEDS);
    other.revert({ ...other.state, currentBranch: 9 });
    other.issue(highest + 1);
    const logs = other.logsFrom(highest + 1);
    const { result } = await line.run('logs-only', { script: { prepare: () => ({ logs }) } });
    expect(result).toMatchObject({
      at: 'failed',
      error: forkedInto(`log ${highest + 1} follows another log ${highest} than the one in the sink`),
    });
  });

  test.each(['logs-only', 'auto'] as const)(
    'has no logs only (%s): the next log was written after other content, which another tool has truncated',
    async (type) => {
      const line = await lineWithFull();
      const snapshot = line.ca.state;
      // Log 5 was being written at the snapshot: its creation time stays the same.
      await line.sealed('logs-only');
      line.ca.revert(snapshot);
      line.ca.issue();
      line.ca.truncateElsewhere();
      expect([...line.ca.state.onDisk.keys()]).toEqual([6]);
      const { result } = await line.run(type);
      const sign = forkedInto('log 6 follows another log 5 than the one in the sink');
      expect(result).toMatchObject(
        type === 'auto'
          ? { at: 'finished', warnings: [sign], manifest: { type: 'full', sound: true } }
          : { at: 'failed', error: sign },
      );
    },
  );

  test.each([
    ['end before those of the chain', 3],
    ['are none at all', 0],
  ])('has no logs only: its logs %s', async (_name, newest) => {
    const line = await lineWithFull();
    const logs = Object.fromEntries(Object.entries(line.ca.logsFrom(1)).slice(0, newest));
    const { result, certSrv } = await line.run('logs-only', {
      truncateLogs: true,
      script: { prepare: () => ({ logs }) },
    });
    expect(result).toMatchObject({
      at: 'failed',
      error: forkedInto(`the CA has logs up to ${newest}, but the sink has logs up to 4`),
    });
    expect(certSrv.calls).not.toContain('openFile');
  });

  test('has no logs only: the log stream is another one', async () => {
    const line = await lineWithFull();
    const stranger = new CaHistory(SEEDS, { logSignature: 5 });
    stranger.issue(4);
    const { result } = await line.run('logs-only', { script: { prepare: () => ({ logs: stranger.logsFrom(4) }) } });
    const sign = 'log 4 is of another log stream, of another CA or of one that was set up anew';
    expect(result).toMatchObject({ at: 'failed', error: forkedInto(sign) });
  });

  test('gets a full set in a new chain where the type is chosen', async () => {
    // The database itself shows nothing any more: its log is far beyond those that the chain knows.
    const { line, known, result, certSrv, events } = await revertAfterFull(4, 'auto');
    expect(result).toMatchObject({
      at: 'finished',
      warnings: [forkedInto('log 5 was written a second time')],
      manifest: { type: 'full', sound: true },
    });
    await line.expectSound(result.manifest?.label ?? '');
    expect(result.manifest?.chain).not.toBe(known.chain);
    expect(events.filter(({ type }) => type === 'full-chosen')).toMatchObject([
      { reason: expect.stringContaining('log 5') },
    ]);
    expect(certSrv.calls.filter((call) => call === 'prepareBackup' || call === 'end')).toEqual([
      'prepareBackup',
      'end',
      'prepareBackup',
      'end',
    ]);
  });
});

test('a full set stays in its chain when only its second database shows the fork: the first is stored already', async () => {
  const line = new BackupLine(new CaHistory(SEEDS));
  const withSecond = (signature: number) => ({
    script: {
      prepare: () => ({
        databases: {
          [DATABASE_NAME]: line.ca.lastDatabase?.bytes ?? Buffer.alloc(0),
          'Second.edb': validDatabase({ seeds: [7], genLow: 1, genHigh: 1, markGeneration: 99, signature }),
        },
      }),
    },
  });
  const first = await line.sealed('full', withSecond(5));
  const { result } = await line.run('full', withSecond(6));
  expect(result).toMatchObject({
    at: 'finished',
    warnings: [forkedInto('it is another database than before')],
    manifest: { chain: first.chain },
  });
});

test('a full set of which only the logs show the fork says so, and is sound by itself', async () => {
  const line = await lineWithFull();
  line.ca.issue(2);
  await line.sealed('logs-only');
  // The chain has logs 3 to 7. The database names log 8 only, but log 7 is another one.
  const reverted = new CaHistory(SEEDS);
  reverted.revert({ ...reverted.state, currentBranch: 9, remembered: 4 });
  reverted.issue(7);
  const { prepare } = reverted.script();
  const { result } = await line.run('full', prepare === undefined ? {} : { script: { prepare } });
  expect(result).toMatchObject({
    at: 'finished',
    warnings: [forkedInto('log 7 was written a second time')],
    manifest: {
      chain: (await line.entry()).chain,
      sound: true,
      files: [{}, { name: logFileName(7) }, { name: logFileName(8) }],
    },
  });
  expect(await line.verify()).toMatchObject({ intact: true, verdict: { restorable: 'complete' } });
});
