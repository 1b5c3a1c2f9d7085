import { AdcsBackupError, findSet } from '@adcs-backup/core';
import { FaultySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { BackupLine } from '../backup-line.ts';

const suspect = { script: { prepare: () => ({ logs: {} }) } };

async function latest(line: BackupLine) {
  const skipped: (readonly [string, string])[] = [];
  const onSkipped = (entry: { readonly label: { readonly text: string } }, why: string): void => {
    skipped.push([entry.label.text, why]);
  };
  const entry = await findSet(line.sink, { label: 'latest', onSkipped });
  return { label: entry.label.text, skipped };
}

describe('latest', () => {
  test('is the newest set when that is sound, and steps over nothing', async () => {
    const line = new BackupLine();
    await line.full();
    const { label } = await line.sealed('logs-only');
    expect(await latest(line)).toEqual({ label, skipped: [] });
  });

  test('steps over suspect sets and those that cannot be read, and says why', async () => {
    const line = new BackupLine();
    const { label } = await line.full();
    const first = await line.sealed('full', suspect);
    const second = await line.sealed('full');
    const key = (await line.entry(second.label)).manifestKey;
    line.sink.replace(key, Buffer.from('{'));
    expect(await latest(line)).toEqual({
      label,
      skipped: [
        [second.label, expect.stringContaining(`${key} is not readable JSON`)],
        [first.label, 'it is suspect: log 1 is missing from the chain'],
      ],
    });
  });

  test('says that contents were not checked where a suspect set has no finding', async () => {
    const line = new BackupLine();
    await line.full();
    const { label } = await line.sealed('full');
    const { manifestKey } = await line.entry(label);
    const text = Buffer.from(await line.sink.get(manifestKey)).toString();
    line.sink.replace(manifestKey, Buffer.from(text.replace('"sound": true', '"sound": false')));
    expect((await latest(line)).skipped).toEqual([[label, 'it is suspect: its contents were not checked']]);
  });

  test('is an error when no set is sound: a suspect one has to be named', async () => {
    const line = new BackupLine();
    const { label } = await line.sealed('full', suspect);
    await expect(line.entry()).rejects.toMatchObject({
      code: 'set-not-found',
      message: 'no set in memory: is sound',
      hint: `Look at the newest with "adcs-backup show <sink> ${label}": a suspect set is used only when it is named.`,
    });
    expect((await line.entry(label)).label.text).toBe(label);
  });

  test('is an error when the sink fails, not a set that is stepped over', async () => {
    const line = new BackupLine();
    await line.full();
    const sink = new FaultySink(line.sink, [{ method: 'get' }]);
    const error: unknown = await findSet(sink, { label: 'latest' }).catch((reason: unknown) => reason);
    expect(AdcsBackupError.is(error, 'sink-unreachable')).toBe(true);
  });
});
