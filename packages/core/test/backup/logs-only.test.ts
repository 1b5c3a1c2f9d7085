import { AdcsBackupError, listSets } from '@adcs-backup/core';
import { objectKey } from '@adcs-backup/core/sink';
import { FaultySink } from '@adcs-backup/core/testing';
import { logFileName } from '@adcs-backup/ese';
import { describe, expect, test } from 'vitest';
import { BackupLine } from '../backup-line.ts';

/** A line with a full set, after which certificates were issued. */
async function lineWithFull(): Promise<BackupLine> {
  const line = new BackupLine();
  line.ca.issue(3);
  await line.full();
  line.ca.issue(2);
  return line;
}

test('logs only that follow a full set are sound, and restore together with it', async () => {
  const line = await lineWithFull();
  const full = (await line.entry()).label.text;
  const first = await line.sealed('logs-only', { truncateLogs: true });
  line.ca.issue(2);
  const second = await line.sealed('logs-only');
  expect(first).toMatchObject({ type: 'logs-only', base: full, sound: true, findings: [], number: 2 });
  expect(second).toMatchObject({ base: full, chain: first.chain, sound: true, number: 3 });
  expect(second.previous?.label).toBe(first.label);
  expect([first, second].flatMap(({ files }) => files.filter(({ role }) => role === 'database'))).toEqual([]);
  for (const label of [full, first.label, second.label]) await line.expectSound(label);
});

test('what the chain has of the logs is not stored again', async () => {
  const line = await lineWithFull();
  const first = await line.sealed('logs-only');
  const again = await line.sealed('logs-only');
  // 4 is the full set's, 5 and 6 are new, and each listing closes one more.
  expect(first.files.map(({ name }) => name)).toEqual([4, 5, 6, 7].map(logFileName));
  expect(first.counts).toMatchObject({ blocks: 4, newBlocks: 3 });
  expect(again.files.map(({ name }) => name)).toEqual([4, 5, 6, 7, 8].map(logFileName));
  expect(again.counts).toMatchObject({ blocks: 5, newBlocks: 1 });
  await line.expectSound(again.label);
});

test('logs of a full set that begin before those of its predecessor need nothing of them', async () => {
  const line = await lineWithFull();
  const second = await line.full();
  line.ca.issue();
  const logs = await line.sealed('logs-only');
  expect(logs).toMatchObject({ base: second.label, sound: true });
  await line.expectSound(logs.label);
});

test('a full set after logs-only sets builds on the database of the last full, and on logs of the newest set', async () => {
  const line = await lineWithFull();
  await line.sealed('logs-only');
  const full = await line.sealed('full');
  // The header and two of three used blocks changed; log 7 is known, log 8 is new.
  expect(full.files.map(({ name }) => name)).toEqual(['Test CA.edb', logFileName(7), logFileName(8)]);
  expect(full.counts).toMatchObject({ blocks: 6, zeroBlocks: 0, newBlocks: 5 - 1 });
  await line.expectSound(full.label);
});

test('a file whose name is that of no closed log is stored and counts as damaged', async () => {
  const line = await lineWithFull();
  const prepare = () => ({ logs: { ...line.ca.logsFrom(4), 'edb.log': Buffer.alloc(4096) } });
  expect(await line.sealed('logs-only', { script: { prepare } })).toMatchObject({
    sound: false,
    checks: { contents: 'failed', chain: 'passed' },
    findings: [{ code: 'header-bad', file: 'edb.log' }],
  });
});

test('a run fails before it stores anything when the sink cannot say how the last session ended', async () => {
  const line = await lineWithFull();
  const sink = new FaultySink(line.sink, [{ method: 'get', key: /outcome/ }]);
  const { result, certSrv } = await line.run('logs-only', { sinks: [sink] });
  expect(result).toMatchObject({ at: 'failed', error: { code: 'sink-unreachable' } });
  expect(certSrv.sessionOpen).toBe(false);
  expect(await listSets(line.sink)).toHaveLength(1);
});

describe('after a gap', () => {
  async function lineWithGap(): Promise<BackupLine> {
    const line = await lineWithFull();
    line.ca.truncateElsewhere();
    line.ca.issue(2);
    return line;
  }

  test('logs only are sealed as suspect, and nothing is truncated', async () => {
    const line = await lineWithGap();
    const { result, certSrv } = await line.run('logs-only', { truncateLogs: true });
    expect(result).toMatchObject({
      at: 'finished',
      warnings: [{ code: 'not-truncated', message: 'no log was truncated: the set is suspect' }],
      manifest: {
        sound: false,
        checks: { contents: 'passed', chain: 'failed' },
        findings: [{ code: 'log-missing', message: 'logs 5 to 6 are missing from the chain' }],
      },
    });
    expect(certSrv.truncated).toBe(false);
    const { verdict } = await line.verify(result.manifest?.label);
    expect(verdict).toMatchObject({ restorable: 'partly', logs: { lowest: 3, highest: 4 } });
    expect((await line.entry()).label.type).toBe('full');
  });

  test('the next logs only are suspect, too', async () => {
    const line = await lineWithGap();
    await line.sealed('logs-only');
    line.ca.issue();
    expect(await line.sealed('logs-only')).toMatchObject({ sound: false, findings: [{ code: 'log-missing' }] });
  });
});

describe('logs only are refused', () => {
  async function refusal(line: BackupLine, options = {}) {
    const before = await listSets(line.sink);
    const { result, certSrv } = await line.run('logs-only', options);
    expect(certSrv).toMatchObject({ sessionOpen: false, loaded: false, truncated: false });
    expect(await listSets(line.sink)).toEqual(before);
    return result;
  }

  const refused = (message: string) => ({
    at: 'failed',
    error: {
      code: 'full-backup-missing',
      message: `logs only don't do: ${message}`,
      hint: 'Take a full set with --truncate-logs, or use --type auto, which does so when it has to.',
    },
  });

  test('without any set', async () => {
    const line = new BackupLine();
    line.ca.truncateElsewhere();
    expect(await refusal(line)).toMatchObject(refused('there is no full set to build on'));
  });

  test('when the engine counts no full backup', async () => {
    const line = new BackupLine();
    await line.sealed('full');
    expect(await refusal(line)).toMatchObject({ at: 'failed', error: { code: 'full-backup-missing' } });
  });

  test('when the full set is suspect', async () => {
    const line = new BackupLine();
    line.ca.truncateElsewhere();
    const { label } = await line.sealed('full', { script: { prepare: () => ({ logs: {} }) } });
    expect(await refusal(line)).toMatchObject(refused(`the full set ${label} is suspect`));
  });

  test('when the manifest of the full set is gone', async () => {
    const line = await lineWithFull();
    const { manifestKey } = await line.entry();
    await line.sealed('logs-only');
    line.sink.remove(manifestKey);
    expect(await refusal(line)).toMatchObject(refused('there is no full set to build on'));
  });

  test.each(['full', 'logs-only'])('when the manifest of a %s set on the way cannot be read', async (type) => {
    const line = await lineWithFull();
    const entries = [await line.entry()];
    await line.sealed('logs-only');
    entries.push(await line.entry());
    await line.sealed('logs-only');
    const { manifestKey } = entries.find(({ label }) => label.type === type) ?? {};
    line.sink.replace(manifestKey ?? '', Buffer.from('{'));
    expect(await refusal(line)).toMatchObject(refused('there is no full set to build on'));
  });

  test('when the newest manifest cannot be read', async () => {
    const line = await lineWithFull();
    await line.sealed('logs-only');
    line.sink.replace((await line.entry()).manifestKey, Buffer.from('{'));
    expect(await refusal(line)).toMatchObject(refused('there is no full set to build on'));
  });

  test.each([
    ['when the chain is too old', { chainMaxAgeMs: 3600_000 }],
    ['when a new chain was asked for', { newChain: true }],
  ])('%s', async (_name, options) => {
    const line = await lineWithFull();
    expect(await refusal(line, options)).toMatchObject(
      refused('a new chain is due, since 20261101T110000Z is too old or one was asked for'),
    );
  });
});

test('objects that the full set needs and that are gone make logs only suspect', async () => {
  const line = await lineWithFull();
  const lost = objectKey([...line.sink.objects.keys()].find((key) => key.endsWith('pack-00001')) ?? '');
  line.sink.remove(lost);
  const { result, certSrv } = await line.run('logs-only', { truncateLogs: true });
  expect(result).toMatchObject({
    at: 'finished',
    manifest: {
      sound: false,
      checks: { contents: 'passed', chain: 'failed' },
      findings: [{ code: 'object-missing', message: `${lost}, which an earlier set stored, is missing in the sink` }],
    },
  });
  expect(certSrv.truncated).toBe(false);
  expect(result.at === 'finished' && result.warnings.map(({ code }) => code)).toEqual([
    'stored-data-lost',
    'not-truncated',
  ]);
});

describe('without the restore map', () => {
  const failing = (call: string): void => {
    if (call === 'databaseLocations') throw new AdcsBackupError('certsrv-failed', 'no map');
  };
  const beforeCall = (call: string): void => {
    if (call === 'databaseLocations') throw new Error('never shown');
  };

  test('logs only keep that of the full set, with a warning', async () => {
    const line = await lineWithFull();
    const map = (await line.sealed('logs-only')).restoreMap;
    for (const caName of [undefined, 'Test CA']) {
      const named = caName === undefined ? {} : { caName };
      const { result } = await line.run('logs-only', { ...named, script: { beforeCall: failing } });
      expect(result).toMatchObject({
        at: 'finished',
        warnings: [{ code: 'restore-map-unknown', message: 'the restore map is that of the full set: no map' }],
        manifest: { sound: true, restoreMap: map, ca: { name: 'Test CA' } },
      });
    }
  });

  test.each([
    ['empty', async () => new BackupLine()],
    [
      'of two CAs',
      async () => {
        const line = await lineWithFull();
        await line.sealed('full', { caName: 'Other CA' });
        return line;
      },
    ],
  ])('logs only need the name of the CA where the sink is %s', async (_name, arrange) => {
    const line = await arrange();
    line.ca.truncateElsewhere();
    const { result } = await line.run('logs-only', { script: { beforeCall: failing } });
    expect(result).toMatchObject({
      at: 'failed',
      error: {
        message: 'the restore map names no database, so the name of the CA is unknown',
        hint: 'Name the CA with --ca NAME.',
      },
    });
  });

  test('an error that is none of ours ends the run', async () => {
    const line = await lineWithFull();
    const { result } = await line.run('logs-only', { script: { beforeCall } });
    expect(result).toMatchObject({ at: 'failed', error: { message: 'never shown' } });
  });
});
