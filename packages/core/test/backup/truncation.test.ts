import { AdcsBackupError, type LogFolder, readSet, type Warning } from '@adcs-backup/core';
import { FaultySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { BackupLine, type RunOptions } from '../backup-line.ts';

async function lineWithFull(): Promise<BackupLine> {
  const line = new BackupLine();
  line.ca.issue(3);
  await line.full();
  line.ca.issue(2);
  return line;
}

async function warningsOf(line: BackupLine, type: 'full' | 'logs-only', options: RunOptions = {}) {
  const { result } = await line.run(type, options);
  if (result.at === 'failed') throw result.error;
  return result.warnings;
}

describe('logs are truncated once, after the manifest is stored', () => {
  test.each(['full', 'logs-only'] as const)('by a sound %s set', async (type) => {
    const line = await lineWithFull();
    const manifests: number[] = [];
    const beforeCall = (call: string): void => {
      if (call === 'truncateLogs') manifests.push([...line.sink.objects.keys()].filter(isManifest).length);
    };
    const { result, certSrv } = await line.run(type, { truncateLogs: true, script: { beforeCall } });
    expect(manifests).toEqual([2]);
    expect(certSrv.calls.slice(certSrv.calls.lastIndexOf('dynamicFiles') + 1)).toEqual([
      'listLogFolder',
      'truncateLogs',
      'listLogFolder',
      'listLogFolder',
      'end',
      'release',
    ]);
    expect(result).toMatchObject({
      at: 'finished',
      warnings: [],
      outcome: {
        truncation: {
          before: { logCount: 4, lowestGeneration: 4, highestGeneration: 7 },
          after: { logCount: 1, lowestGeneration: 7, highestGeneration: 7 },
        },
        logFolder: { logCount: 1 },
      },
    });
    const { outcome } = await readSet(line.sink, await line.entry());
    expect(outcome?.truncation?.after).toMatchObject({ readable: true, logCount: 1 });
  });

  function isManifest(key: string): boolean {
    return key.startsWith('sets/') && !key.endsWith('.outcome.json');
  }
});

describe('logs are not truncated', () => {
  test('when that was not asked for', async () => {
    const line = await lineWithFull();
    const { result, certSrv } = await line.run('full');
    expect(certSrv.calls).not.toContain('truncateLogs');
    expect(result).toMatchObject({
      at: 'finished',
      warnings: [],
      outcome: { truncation: undefined, logFolder: { logCount: 4 } },
    });
  });

  test.each(['its own manifest', 'the manifest of the full set'])(
    'when %s was deleted in the meantime',
    async (whose) => {
      const line = await lineWithFull();
      const base = (await line.entry()).manifestKey;
      const label = (await line.entry()).label.text;
      const own = 'sets/test-ca-1fe373/20261101T110000Z/20261101T120000Z-logs-only.json';
      const lost = whose === 'its own manifest' ? own : base;
      const { result, certSrv } = await line.run('logs-only', {
        truncateLogs: true,
        observe: ({ type }) => {
          if (type === 'set-sealed') line.sink.remove(lost);
        },
      });
      expect(certSrv.calls).not.toContain('truncateLogs');
      const which = whose === 'its own manifest' ? '20261101T120000Z-logs-only' : label;
      expect(result).toMatchObject({
        at: 'finished',
        warnings: [
          {
            code: 'not-truncated',
            message: `no log was truncated: the manifest of ${which} is not in the sink any more`,
            hint: 'Find out what deletes objects, then take a full set.',
          },
        ],
        outcome: { truncation: undefined },
      });
    },
  );

  test('when the sink cannot say whether the manifests are there', async () => {
    const line = await lineWithFull();
    const sink = new FaultySink(line.sink, [{ method: 'stat' }]);
    const { result, certSrv } = await line.run('logs-only', { truncateLogs: true, sinks: [sink] });
    expect(certSrv.calls).not.toContain('truncateLogs');
    expect(certSrv.sessionOpen).toBe(false);
    expect(result).toMatchObject({
      at: 'failed',
      error: { code: 'sink-unreachable' },
      manifest: { sound: true, type: 'logs-only' },
    });
  });
});

test('a truncation that fails is a warning, and what became of the logs is recorded', async () => {
  const line = await lineWithFull();
  const beforeCall = (call: string): void => {
    if (call === 'truncateLogs') throw new AdcsBackupError('certsrv-failed', 'refused');
  };
  const { result } = await line.run('full', { truncateLogs: true, script: { beforeCall } });
  expect(result).toMatchObject({
    at: 'finished',
    warnings: [{ code: 'truncation-failed', message: 'the logs were not truncated: refused' }],
    outcome: { truncation: { before: { logCount: 4 }, after: { logCount: 4 } } },
  });
});

test('an error that is none of ours ends the run during truncation, and the set stays', async () => {
  const line = await lineWithFull();
  const beforeCall = (call: string): void => {
    if (call === 'truncateLogs') throw new Error('a bug');
  };
  const { result, certSrv } = await line.run('full', { truncateLogs: true, script: { beforeCall } });
  expect(result).toMatchObject({ at: 'failed', error: { message: 'a bug' }, manifest: { sound: true } });
  expect(certSrv.sessionOpen).toBe(false);
});

describe('the log folder as a run leaves it', () => {
  function folder(more: Partial<Extract<LogFolder, { readable: true }>>): LogFolder {
    const base = { readable: true, path: 'C:\\CertLog', logCount: 9, logBytes: 9 } as const;
    return { ...base, freeBytes: 500, volumeBytes: 1000, ...more };
  }

  test.each<[string, LogFolder, readonly Partial<Warning>[]]>([
    ['holds 256 logs: no warning', folder({ logCount: 256 }), []],
    ['holds 257 logs', folder({ logCount: 257 }), [{ code: 'many-logs', message: 'C:\\CertLog holds 257 logs' }]],
    ['has a tenth of its volume free: no warning', folder({ freeBytes: 100 }), []],
    [
      'has less than a tenth free',
      folder({ freeBytes: 99 }),
      [{ code: 'log-disk-nearly-full', message: 'C:\\CertLog lies on a volume of which 9 % are free' }],
    ],
    [
      'has both faults',
      folder({ logCount: 999, freeBytes: 0 }),
      [{ code: 'many-logs' }, { code: 'log-disk-nearly-full', message: expect.stringContaining(' 0 % are free') }],
    ],
    ['cannot be looked at: no warning', { readable: false, path: 'C:\\CertLog', reason: 'denied' }, []],
  ])('%s', async (_name, found, warnings) => {
    const line = await lineWithFull();
    const { result } = await line.run('logs-only', { script: { logFolder: () => found } });
    expect(result).toMatchObject({ at: 'finished', warnings, outcome: { logFolder: found, warnings } });
    expect((await readSet(line.sink, await line.entry())).outcome).toMatchObject({ logFolder: found, warnings });
  });

  test('is recorded with the reason when the session can no longer list it', async () => {
    const line = await lineWithFull();
    const beforeCall = (call: string): void => {
      if (call === 'listLogFolder') throw new AdcsBackupError('certsrv-failed', 'gone');
    };
    const { result } = await line.run('full', { script: { beforeCall } });
    expect(result).toMatchObject({
      at: 'finished',
      outcome: { logFolder: { readable: false, reason: 'gone' } },
    });
  });

  /** One truncating run after another, ending with so many logs each; the warnings of the last. */
  async function endingWith(counts: readonly (number | undefined)[], last: RunOptions = { truncateLogs: true }) {
    const line = new BackupLine();
    let warnings: readonly Warning[] = [];
    for (const [index, logCount] of counts.entries()) {
      line.ca.issue();
      const found: LogFolder =
        logCount === undefined ? { readable: false, path: '', reason: 'denied' } : folder({ logCount });
      const options = index === counts.length - 1 ? last : { truncateLogs: true };
      warnings = await warningsOf(line, 'full', { ...options, script: { logFolder: () => found } });
    }
    return warnings;
  }

  test('keeps growing over three truncating runs', async () => {
    expect(await endingWith([70, 71, 72])).toMatchObject([
      {
        code: 'logs-keep-growing',
        message: 'C:\\CertLog holds more logs after each of the last 3 truncating runs',
        hint: expect.stringContaining('ESENT event 225'),
      },
    ]);
    expect(await endingWith([80, 63, undefined, 64, 65])).toMatchObject([{ code: 'logs-keep-growing' }]);
  });

  test.each<[string, readonly (number | undefined)[], RunOptions?]>([
    ['two', [70, 71]],
    ['three that did not grow', [70, 70, 71]],
    ['three of which the last shrank', [70, 72, 71]],
    ['three of which the last did not truncate', [70, 71, 72], {}],
    ['three of which the last could not look', [70, 71, undefined]],
    ['three with no more than a CA keeps by itself', [62, 63, 64]],
  ])('does not keep growing over %s', async (_name, counts, last) => {
    expect(await endingWith(counts, last)).toEqual([]);
  });
});
