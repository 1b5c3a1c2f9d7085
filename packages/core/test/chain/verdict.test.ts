import { describe, expect, test } from 'vitest';
import { BackupLine, type RunOptions } from '../backup-line.ts';
import { editManifest } from '../stored-manifest.ts';

async function reasonsOf(line: BackupLine, label: string): Promise<readonly string[]> {
  return (await line.verify(label)).verdict?.reasons ?? [];
}

async function issuedLine(): Promise<BackupLine> {
  const line = new BackupLine();
  line.ca.issue(3);
  return line;
}

const goodDatabase = 'Test CA.edb: every page of it is good; it needs logs 3 to 4';
const copy = 'for the CA it is a copy: logs-only sets need a full one that truncates';

describe('a verdict gives its reasons', () => {
  test('for a full set that truncated', async () => {
    const line = await issuedLine();
    const { label } = await line.full();
    expect((await line.verify(label)).verdict).toEqual({
      restorable: 'complete',
      base: label,
      needed: { lowest: 3, highest: 4 },
      logs: { lowest: 3, highest: 4 },
      reachesAt: new Date('2026-01-05T08:04:00.123Z'),
      reasons: [goodDatabase, 'logs 3 to 4 are there, of the same log stream, good, each fitting the one before'],
    });
  });

  test('for a full set that is a copy for the CA, with a single log', async () => {
    const line = new BackupLine();
    const { label } = await line.sealed('full');
    expect(await reasonsOf(line, label)).toEqual([
      'Test CA.edb: every page of it is good; it needs log 1',
      'log 1 is there, of the same log stream, good, each fitting the one before',
      copy,
    ]);
  });

  test('for logs only', async () => {
    const line = await issuedLine();
    const full = await line.full();
    const { label } = await line.sealed('logs-only');
    expect(await reasonsOf(line, label)).toEqual([
      `it builds on the full set ${full.label}`,
      goodDatabase,
      'logs 3 to 5 are there, of the same log stream, good, each fitting the one before',
    ]);
  });

  test('for logs only behind a gap, with the reason once', async () => {
    const line = await issuedLine();
    const full = await line.full();
    line.ca.issue();
    line.ca.truncateElsewhere();
    const { label } = await line.sealed('logs-only');
    expect(await line.verify(label)).toMatchObject({ intact: true, verdict: { restorable: 'partly' } });
    expect(await reasonsOf(line, label)).toEqual([
      `it builds on the full set ${full.label}`,
      goodDatabase,
      'logs 3 to 4 are there, of the same log stream, good, each fitting the one before',
      'log 5 is missing from the chain',
    ]);
  });

  test('for logs only without their full set', async () => {
    const line = await issuedLine();
    const full = await line.full();
    const { label } = await line.sealed('logs-only');
    line.sink.remove((await line.entry(full.label)).manifestKey);
    expect((await line.verify(label)).verdict).toEqual({
      restorable: 'no',
      base: undefined,
      needed: undefined,
      logs: undefined,
      reachesAt: undefined,
      reasons: [`the full set that ${label} builds on is not there`],
    });
  });

  test('for a damaged database whose header cannot be read', async () => {
    const line = await issuedLine();
    const prepare = () => ({ databases: { 'Test CA.edb': Buffer.alloc(65_536, 1) } });
    const { label } = await line.sealed('full', { script: { prepare } });
    expect(await line.verify(label)).toMatchObject({ verdict: { restorable: 'no', needed: undefined } });
    expect(await reasonsOf(line, label)).toEqual([
      'Test CA.edb: it has damage; its header is unreadable',
      'logs 3 to 4 are there, of the same log stream, good, each fitting the one before',
      'Test CA.edb: neither the header nor its shadow is good',
    ]);
  });

  test('for a database that needs no logs', async () => {
    const line = await issuedLine();
    const { label } = await line.full();
    await editManifest(line.sink, label, ({ files }) => {
      const [database] = files;
      Object.assign(database?.database ?? {}, { state: 'clean-shutdown', currentFullBackup: undefined });
    });
    expect((await reasonsOf(line, label))[0]).toBe(
      'Test CA.edb: every page of it is good; its header names no logs that it needs',
    );
  });

  test.each<[string, RunOptions, string]>([
    [
      'whose session did not end well',
      { script: { beforeCall: failing('end') } },
      'its session did not end well: the CA may not count it',
    ],
    ['whose end is not recorded', {}, 'how its session ended is not recorded'],
  ])('for a set %s', async (_name, options, reason) => {
    const line = await issuedLine();
    const { label } = await line.sealed('full', { truncateLogs: true, ...options });
    if (options.script === undefined) {
      line.sink.remove((await line.entry()).manifestKey.replace('.json', '.outcome.json'));
    }
    expect((await reasonsOf(line, label)).at(-1)).toBe(reason);
  });
});

function failing(at: string): (call: string) => void {
  return (call) => {
    if (call === at) throw new Error('no');
  };
}
