import { type SetVerdict, type VerifyOptions, verifySet } from '@adcs-backup/core';
import { describe, expect, test } from 'vitest';
import { noise } from '../arrange.ts';
import { BackupLine } from '../backup-line.ts';
import { keyIn, restored } from '../foul-play.ts';

interface LogsOnlyLine {
  readonly line: BackupLine;
  /** Labels of the full set and of the two that build on it. */
  readonly full: string;
  readonly between: string;
  readonly last: string;
}

async function logsOnlyLine(line: BackupLine = new BackupLine()): Promise<LogsOnlyLine> {
  const full = await line.full();
  line.ca.issue(2);
  const between = await line.sealed('logs-only', { truncateLogs: true });
  line.ca.issue(2);
  const last = await line.sealed('logs-only', { truncateLogs: true });
  return { line, full: full.label, between: between.label, last: last.label };
}

async function verified({ line }: LogsOnlyLine, label: string, options: VerifyOptions = {}): Promise<SetVerdict> {
  return await verifySet(line.sink, await line.entry(label), options);
}

function lostText(label: string): string {
  return `what ${label} has stored is missing or damaged, see its findings`;
}

describe('a set of logs only', () => {
  test('can be restored while all that it builds on is there', async () => {
    const made = await logsOnlyLine();
    expect(await verified(made, made.last)).toMatchObject({ intact: true, verdict: { restorable: 'complete' } });
  });

  test.each([
    ['full', 'pack'],
    ['between', 'map'],
  ] as const)('is intact, and cannot be restored, when the %s one has lost a %s', async (which, what) => {
    const made = await logsOnlyLine();
    made.line.sink.remove(keyIn(made.line, new RegExp(`${made[which]}/${what}-`)));
    const { intact, findings, verdict } = await verified(made, made.last);
    expect({ intact, findings, restorable: verdict?.restorable }).toEqual({
      intact: true,
      findings: [],
      restorable: 'no',
    });
    expect(verdict?.reasons[0]).toBe(lostText(made[which]));
    expect(verdict?.reasons).not.toContain(lostText(made.last));
  });

  test('cannot be restored without its full set', async () => {
    const made = await logsOnlyLine();
    made.line.sink.remove((await made.line.entry(made.full)).manifestKey);
    const verdict = await verified(made, made.last);
    expect(verdict).toMatchObject({ intact: false, verdict: { restorable: 'no', base: undefined } });
    expect(verdict.findings).toMatchObject([{ code: 'chain-broken' }]);
    expect(verdict.verdict?.reasons.join()).not.toContain('see its findings');
  });

  test('is not harmed by a later set', async () => {
    const made = await logsOnlyLine();
    made.line.sink.remove(keyIn(made.line, new RegExp(`${made.last}/pack-`)));
    expect(await verified(made, made.between)).toMatchObject({ verdict: { restorable: 'complete' } });
    const own = await verified(made, made.last);
    expect(own).toMatchObject({ intact: false, verdict: { restorable: 'no' } });
    expect(own.verdict?.reasons[0]).toBe(lostText(made.last));
  });

  test('cannot be restored when reading has found damage in what it builds on', async () => {
    const made = await logsOnlyLine();
    const pack = keyIn(made.line, new RegExp(`${made.full}/pack-`));
    made.line.sink.replace(pack, noise(made.line.sink.objects.get(pack)?.bytes.length ?? 0, 4));
    expect(await verified(made, made.last, { readData: 100 })).toMatchObject({ verdict: { restorable: 'complete' } });
    const base = await verified(made, made.full, { readData: 100 });
    expect(base).toMatchObject({ intact: false, verdict: { restorable: 'no' } });
    const { verdict } = await verified(made, made.last, { earlier: [base] });
    expect(verdict).toMatchObject({ restorable: 'no', reasons: expect.arrayContaining([lostText(made.full)]) });
    const elsewhere = { ...base, caId: 'another-ca' };
    expect(await verified(made, made.last, { earlier: [elsewhere] })).toMatchObject({
      verdict: { restorable: 'complete' },
    });
  });

  test('can be restored when the sink keeps what was lost of them', async () => {
    const made = await logsOnlyLine(new BackupLine(undefined, { versions: true }));
    const { line, full, last } = made;
    const pack = keyIn(line, new RegExp(`${full}/pack-`));
    const { manifestKey } = await line.entry(full);
    line.sink.remove(pack);
    line.sink.replace(manifestKey, Buffer.from('no'));
    const { intact, verdict } = await verified(made, last);
    expect({ intact, restorable: verdict?.restorable }).toEqual({ intact: true, restorable: 'complete' });
    expect(verdict?.reasons[0]).toBe(
      '2 objects were replaced or deleted in the sink: a restore reads what was there before',
    );
    const base = await verified(made, full);
    expect(base.findings.map(({ code, key }) => [code, key])).toEqual([
      ['manifest-invalid', manifestKey],
      ['object-missing', pack],
    ]);
    expect(await verified(made, last, { earlier: [base] })).toMatchObject({ verdict: { restorable: 'complete' } });
    const { report } = await restored({ line, label: last });
    line.expectFiles(report, line.expected.get(last) ?? expect.fail());
  });
});

describe('an outcome that cannot be read', () => {
  async function withoutOutcome(versions: boolean) {
    const line = new BackupLine(undefined, { versions });
    const { label } = await line.full();
    const key = (await line.entry(label)).manifestKey.replace('.json', '.outcome.json');
    line.sink.replace(key, Buffer.from('{'));
    return { line, label, key };
  }

  test('is a finding, and does not keep a set from being restored', async () => {
    const { line, label, key } = await withoutOutcome(false);
    const fault = expect.stringMatching(/outcome\.json is not readable JSON: /);
    const { intact, findings, verdict } = await verifySet(line.sink, await line.entry(label));
    expect({ intact, findings, restorable: verdict?.restorable }).toEqual({
      intact: false,
      findings: [{ code: 'outcome-invalid', key, message: fault }],
      restorable: 'complete',
    });
    expect(verdict?.reasons.at(-1)).toMatch(/^how its session ended can't be read: sets\//);
    const { report } = await restored({ line, label });
    expect(report).toMatchObject({ outcomeFault: fault, olderVersions: [], verdict: { restorable: 'complete' } });
    line.expectFiles(report, line.expected.get(label) ?? expect.fail());
  });

  test('is read from its first version where the sink keeps it', async () => {
    const { line, label, key } = await withoutOutcome(true);
    const { findings, verdict } = await verifySet(line.sink, await line.entry(label));
    expect(findings).toMatchObject([{ code: 'outcome-invalid', key, olderVersion: { version: '1' } }]);
    expect(verdict?.reasons.join()).not.toContain('session');
    const { report } = await restored({ line, label });
    expect(report).toMatchObject({ outcomeFault: undefined, olderVersions: [{ key }] });
  });

  test('of a newer format is an error as ever', async () => {
    const { line, label, key } = await withoutOutcome(true);
    line.sink.replace(key, Buffer.from('{"format": 2}'));
    await expect(restored({ line, label })).rejects.toMatchObject({ code: 'format-unsupported' });
  });
});
