import { AdcsBackupError, listSets } from '@adcs-backup/core';
import { describe, expect, test } from 'vitest';
import { BackupLine, type LineRun, type RunOptions } from '../backup-line.ts';

/** A line on which the next logs-only set is possible. */
async function lineWithFull(): Promise<BackupLine> {
  const line = new BackupLine();
  line.ca.issue(3);
  await line.full();
  line.ca.issue(2);
  return line;
}

function sessionsOf({ certSrv }: LineRun): readonly string[] {
  return certSrv.calls.filter((call) => ['load', 'prepareBackup', 'end', 'release'].includes(call));
}

/** Makes calls fail in the first session alone. */
function failingOnce(at: string, code: 'full-backup-missing' | 'log-missing' | 'circular-logging' | 'certsrv-failed') {
  let hasFailed = false;
  return (call: string): void => {
    if (call !== at || hasFailed) return;
    hasFailed = true;
    throw new AdcsBackupError(code, `refused with ${code}`);
  };
}

const session = ['load', 'prepareBackup', 'end', 'release'];
const unopened = ['load', 'prepareBackup', 'release'];

/** A full set was taken, and what came before it is what it should be. */
async function expectFull(line: BackupLine, run: LineRun, sessions: readonly string[]): Promise<void> {
  expect(run.result).toMatchObject({ at: 'finished', manifest: { type: 'full', sound: true } });
  expect(sessionsOf(run)).toEqual(sessions);
  expect(run.certSrv).toMatchObject({ sessionOpen: false, openFiles: 0, loaded: false });
  await line.expectSound(run.result.manifest?.label ?? '');
}

test('auto takes logs only where that is possible and sound, in one session', async () => {
  const line = await lineWithFull();
  for (const _round of [1, 2]) {
    const run = await line.run('auto', { truncateLogs: true });
    expect(run.result).toMatchObject({
      at: 'finished',
      warnings: [],
      manifest: { type: 'logs-only', sound: true },
    });
    expect(sessionsOf(run)).toEqual(session);
    expect(run.events.map(({ type }) => type)).not.toContain('full-chosen');
    await line.expectSound(run.result.manifest?.label ?? '');
    line.ca.issue();
  }
});

test('auto takes logs only of a CA that closed none since the last set', async () => {
  const line = new BackupLine();
  line.ca.issue(3);
  await line.full();
  const logs = line.ca.logsFrom(4);
  const { result } = await line.run('auto', { script: { prepare: () => ({ logs }) } });
  expect(result).toMatchObject({
    at: 'finished',
    warnings: [],
    manifest: { type: 'logs-only', sound: true, counts: { blocks: 1, newBlocks: 0 } },
  });
});

test('auto takes a full set into a sink without sets, in one session', async () => {
  const line = new BackupLine();
  const run = await line.run('auto');
  expect(run.events.map(({ type }) => type)).not.toContain('full-chosen');
  await expectFull(line, run, session);
});

interface Reason {
  readonly arrange: (line: BackupLine) => Promise<RunOptions | undefined>;
  readonly reason: string;
  /** Whether the trial got as far as opening a session. */
  readonly isOpened?: boolean;
}

const reasons: Record<string, Reason> = {
  'no full set is there': {
    arrange: async (line) => {
      const { manifestKey } = await line.entry();
      await line.sealed('logs-only');
      line.sink.remove(manifestKey);
      return undefined;
    },
    reason: "logs only don't do: there is no full set to build on",
  },
  'the full set is suspect': {
    arrange: async (line) => {
      await line.sealed('full', { script: { prepare: () => ({ logs: {} }) } });
      return undefined;
    },
    reason: "logs only don't do: the full set 20261101T120000Z-full is suspect",
  },
  'the newest set is suspect': {
    arrange: async (line) => {
      await line.sealed('logs-only', { script: { prepare: () => ({ logs: { 'edb00005.log': Buffer.alloc(9) } }) } });
      return undefined;
    },
    reason: "logs only don't do: the newest set 20261101T120000Z-logs-only is suspect",
  },
  'the newest session did not end well': {
    arrange: async (line) => {
      await line.sealed('logs-only', { script: { beforeCall: failingOnce('end', 'certsrv-failed') } });
      return undefined;
    },
    reason: "logs only don't do: the session of 20261101T120000Z-logs-only did not end well",
  },
  'the session of the full set did not end well': {
    arrange: async (line) => {
      await line.sealed('full', { truncateLogs: true, script: { beforeCall: failingOnce('end', 'certsrv-failed') } });
      return undefined;
    },
    reason: "logs only don't do: the session of 20261101T120000Z-full did not end well",
  },
  'what is recorded of the newest session cannot be read': {
    arrange: async ({ sink }) => {
      sink.replace([...sink.objects.keys()].find((key) => key.endsWith('.outcome.json')) ?? '', Buffer.from('{'));
      return undefined;
    },
    reason: "logs only don't do: the session of 20261101T110000Z-full did not end well",
  },
  'the end of the newest session is not recorded': {
    arrange: async ({ sink }) => {
      sink.remove([...sink.objects.keys()].find((key) => key.endsWith('.outcome.json')) ?? '');
      return undefined;
    },
    reason: "logs only don't do: the session of 20261101T110000Z-full did not end well",
  },
  'the full set did not truncate': {
    arrange: async (line) => {
      await line.sealed('full');
      return undefined;
    },
    reason: "logs only don't do: the last full set truncated no logs, so for the CA it was a copy",
  },
  'the truncation of the full set failed': {
    arrange: async (line) => {
      const beforeCall = failingOnce('truncateLogs', 'certsrv-failed');
      await line.sealed('full', { truncateLogs: true, script: { beforeCall } });
      return undefined;
    },
    reason: "logs only don't do: the last full set truncated no logs, so for the CA it was a copy",
  },
  'the chain is too old': {
    arrange: async () => ({ chainMaxAgeMs: 3600_000 }),
    reason: "logs only don't do: a new chain is due, since 20261101T110000Z is too old or one was asked for",
  },
  'a new chain was asked for': {
    arrange: async () => ({ newChain: true }),
    reason: "logs only don't do: a new chain is due, since 20261101T110000Z is too old or one was asked for",
  },
  'the engine counts no full backup': {
    arrange: async () => ({ script: { beforeCall: failingOnce('prepareBackup', 'full-backup-missing') } }),
    reason: 'refused with full-backup-missing',
    isOpened: false,
  },
  'the engine misses a log': {
    arrange: async () => ({ script: { beforeCall: failingOnce('logFiles', 'log-missing') } }),
    reason: 'refused with log-missing',
  },
  'the CA logs in a circle': {
    arrange: async () => ({ script: { beforeCall: failingOnce('prepareBackup', 'circular-logging') } }),
    reason: 'refused with circular-logging',
    isOpened: false,
  },
  'another tool truncated in between': {
    arrange: async ({ ca }) => {
      ca.truncateElsewhere();
      ca.issue();
      return undefined;
    },
    reason: 'the sink has logs up to 4, the CA from 7 on: those between are gone',
  },
};

describe('auto takes a full set in a second session when', () => {
  test.each(Object.entries(reasons))('%s', async (_name, { arrange, reason, isOpened = true }) => {
    const line = await lineWithFull();
    const options = await arrange(line);
    const before = await listSets(line.sink);
    const run = await line.run('auto', options);
    expect(run.events.filter(({ type }) => type === 'full-chosen')).toEqual([{ type: 'full-chosen', reason }]);
    expect(await listSets(line.sink)).toHaveLength(before.length + 1);
    await expectFull(line, run, [...(isOpened ? session : unopened), ...session]);
  });
});

test('auto reads no log before it goes over to a full set because of a gap', async () => {
  const line = await lineWithFull();
  line.ca.truncateElsewhere();
  line.ca.issue();
  const { certSrv } = await line.run('auto');
  const trial = certSrv.calls.slice(0, certSrv.calls.indexOf('end'));
  expect(trial).toContain('logFiles');
  expect(trial).not.toContain('openFile');
});

test('auto fails like any run for another reason, and takes no full set', async () => {
  const line = await lineWithFull();
  const run = await line.run('auto', { script: { beforeCall: failingOnce('logFiles', 'certsrv-failed') } });
  expect(run.result).toMatchObject({ at: 'failed', error: { message: 'refused with certsrv-failed' } });
  expect(sessionsOf(run)).toEqual(session);
  expect(await listSets(line.sink)).toHaveLength(1);
});

test('auto fails when the full set fails, too', async () => {
  const line = await lineWithFull();
  const beforeCall = (call: string): void => {
    if (call === 'logFiles') throw new AdcsBackupError('log-missing', 'refused always');
  };
  const run = await line.run('auto', { script: { beforeCall } });
  expect(run.result).toMatchObject({ at: 'failed', error: { code: 'log-missing', message: 'refused always' } });
  expect(sessionsOf(run)).toEqual([...session, ...session]);
});
