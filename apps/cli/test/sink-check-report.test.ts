import { AdcsBackupError, objectKey, type SinkSetting } from '@adcs-backup/core/sink';
import { FaultySink, MemorySink } from '@adcs-backup/core/testing';
import type { ConformanceCheck } from '@adcs-backup/sink-conformance';
import { describe, expect, it } from 'vitest';
import { cleanUp, cleanUpAfterFailure, newPrefix } from '../src/commands/sink-check-left.ts';
import { report, type SinkFindings } from '../src/commands/sink-check-report.ts';
import { newTold } from './told.ts';

const check: ConformanceCheck = { group: 'keys', name: 'does it', skip: undefined, run: () => Promise.resolve() };
const good: SinkFindings = {
  sink: new MemorySink(),
  settings: [],
  prefix: 'conformance-x/',
  place: { aheadMs: 0, canDelete: true },
  tried: [{ check, result: 'kept' }],
  notTried: [],
  left: { objects: 0, bytes: 0 },
};

describe('the report', () => {
  it('is content when all is kept and nothing is left', () => {
    const { output, texts } = newTold();
    expect(report({ output }, good)).toBe('done');
    expect(texts.at(-1)).toBe('text: \nEvery promise that was tried is kept: 1.');
  });

  it('counts a broken promise as one, and warns all the same', () => {
    const { output, texts } = newTold();
    const tried = [...good.tried, { check, result: 'broken', message: 'not so' } as const];
    const place = { aheadMs: -3_600_000, canDelete: true };
    expect(() => report({ output }, { ...good, tried, place })).toThrow('memory: breaks 1 promise of a sink: keys');
    expect(texts).toContain(
      'warning: clock-differs: the clock of the sink and that of this computer differ by 1 h 0 min',
    );
  });

  it('ends with warnings for a setting that is a danger, and when nobody knows what is left', () => {
    const rule: SinkSetting = { name: 'lifecycle', state: 'on', message: 'rule x', warning: 'Sets are deleted.' };
    const { output, texts } = newTold();
    expect(report({ output }, { ...good, settings: [rule] })).toBe('warnings');
    expect(texts).toContain('warning: sink-lifecycle: lifecycle: rule x');
    expect(report({ output }, { ...good, left: undefined })).toBe('warnings');
    expect(report({ output }, { ...good, left: { objects: 1, bytes: 1 } })).toBe('warnings');
    const place = { aheadMs: 0, canDelete: false };
    expect(report({ output }, { ...good, place, left: { objects: 1, bytes: 1 } })).toBe('done');
  });
});

describe('cleaning up', () => {
  const prefix = newPrefix();
  const newPlace = async (): Promise<MemorySink> => {
    const sink = new MemorySink();
    for (const key of [`${prefix}a`, `${prefix}b/c`, 'sets/mine']) await sink.put(objectKey(key), new Uint8Array(10));
    return sink;
  };

  it('deletes what a check has put, and nothing else', async () => {
    const { output, texts } = newTold();
    const sink = await newPlace();
    expect(await cleanUp(output, sink, prefix)).toEqual({ objects: 0, bytes: 0 });
    expect([...sink.objects.keys()]).toEqual(['sets/mine']);
    await cleanUpAfterFailure(output, sink, prefix);
    expect(texts).toEqual(['note: nothing is left behind']);
  });

  it('says what is left where it may not delete', async () => {
    const { output, texts } = newTold();
    const error = (): AdcsBackupError => new AdcsBackupError('sink-denied', 'no');
    const sink = new FaultySink(await newPlace(), [{ method: 'delete', times: 9, error }]);
    expect(await cleanUp(output, sink, prefix)).toEqual({ objects: 2, bytes: 20 });
    await cleanUpAfterFailure(output, sink, prefix);
    expect(texts).toEqual([`note: left behind: 2 objects ${prefix}*`]);
  });

  it('warns when nobody knows what is left', async () => {
    const { output, texts } = newTold();
    const sink = new FaultySink(await newPlace(), [{ method: 'delete', times: 9 }]);
    expect(await cleanUp(output, sink, prefix)).toBeUndefined();
    await cleanUpAfterFailure(output, sink, prefix);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(/^warning: cleanup-failed: objects conformance-\S+\* may be left in memory:: delete /);
  });
});
