import { AdcsBackupError, type BackupResult, findSet, listSets, verifySet } from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import { FaultySink, type MemorySink, type ScriptedCa, type ScriptedCertSrv } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backUp, noise, TestClock, type TestRun, testCa, testSink } from '../arrange.ts';

/** A run that truncates when all is well: its checks of the contents pass. */
const truncating = { truncateLogs: true, examineContents: async () => [] };

/** Small, so that the fault can hit every call of a run in reasonable time. */
function smallCa(more: ScriptedCa = {}): ScriptedCa {
  return testCa({ databases: { 'Test CA.edb': noise(150_000, 4), 'Second.edb': noise(70_000, 5) }, ...more });
}

async function withEarlierSet(): Promise<MemorySink> {
  const sink = testSink();
  const ca = smallCa({ databases: { 'Test CA.edb': noise(150_000, 6), 'Second.edb': noise(70_000, 5) } });
  const { result } = await backUp(sink, ca, { clock: new TestClock('2026-11-21T18:00:00Z') });
  expect(result.at).toBe('finished');
  return sink;
}

/** Promises 1, 2 and 5, after any run. */
async function expectPromises(sink: BackupSink, { certSrv, result }: TestRun): Promise<void> {
  expectNothingHeld(certSrv);
  const sets = await listSets(sink);
  for (const entry of sets) {
    expect(await verifySet(sink, entry, { readData: 100 })).toMatchObject({ intact: true });
  }
  if (certSrv.truncated) expect(sets).toHaveLength(2);
  expect(sets).toHaveLength(result.manifest === undefined && !hasLanded(result, sets.length) ? 1 : 2);
}

/** A put of the manifest whose reply was lost: the run failed, and the set exists all the same. */
function hasLanded(result: BackupResult, sets: number): boolean {
  return result.at === 'failed' && sets === 2;
}

function expectNothingHeld(certSrv: ScriptedCertSrv): void {
  const { loaded, sessionOpen, openFiles } = certSrv;
  expect({ loaded, sessionOpen, openFiles }).toEqual({ loaded: false, sessionOpen: false, openFiles: 0 });
}

async function callsOfSoundRun(): Promise<{ source: number; puts: number; lists: number; gets: number }> {
  const sink = new FaultySink(await withEarlierSet());
  const { certSrv, result } = await backUp(sink, smallCa(), truncating);
  expect(result.at).toBe('finished');
  expect(certSrv.truncated).toBe(true);
  return { source: certSrv.calls.length, puts: sink.count('put'), lists: sink.count('list'), gets: sink.count('get') };
}

test('keeps its promises whichever call of the CA fails', async () => {
  const { source } = await callsOfSoundRun();
  expect(source).toBeGreaterThan(20);
  for (let failing = 0; failing < source; failing++) {
    const sink = await withEarlierSet();
    let failed = '';
    const beforeCall = (call: string, index: number): void => {
      if (index !== failing) return;
      failed = call;
      throw new AdcsBackupError('certsrv-failed', `${call} failed by script`);
    };
    const run = await backUp(sink, smallCa({ beforeCall }), truncating);
    await expectPromises(sink, run);
    const isTolerated = ['dynamicFiles', 'readDynamicFile', 'truncateLogs', 'end', 'listLogFolder'].includes(failed);
    if (!isTolerated)
      expect(run.result).toMatchObject({ at: 'failed', error: { message: `${failed} failed by script` } });
    else if (run.result.at === 'finished') expect(run.result.warnings).not.toEqual([]);
  }
});

test('keeps its promises whichever call of the sink fails, before or after its effect', async () => {
  const { puts, lists, gets } = await callsOfSoundRun();
  const faults = [
    ...Array.from({ length: puts }, (_, index) => ({ method: 'put', nth: index + 1 }) as const),
    ...Array.from({ length: lists }, (_, index) => ({ method: 'list', nth: index + 1 }) as const),
    ...Array.from({ length: gets }, (_, index) => ({ method: 'get', nth: index + 1 }) as const),
  ];
  for (const fault of faults) {
    for (const kind of ['before', 'after'] as const) {
      const memory = await withEarlierSet();
      const run = await backUp(new FaultySink(memory, [{ ...fault, kind }]), smallCa(), truncating);
      await expectPromises(memory, run);
      const isOutcome = fault.method === 'put' && fault.nth === puts;
      expect(run.result.at).toBe(isOutcome ? 'finished' : 'failed');
      if (run.result.at === 'finished') expect(run.result.warnings).toMatchObject([{ code: 'outcome-not-stored' }]);
    }
  }
});

test('keeps its promises wherever it is aborted', async () => {
  const { source } = await callsOfSoundRun();
  await fc.assert(
    fc.asyncProperty(fc.nat(source - 1), fc.boolean(), async (at, sinkHangs) => {
      const memory = await withEarlierSet();
      const sink = sinkHangs
        ? new FaultySink(memory, [{ method: 'put', key: /pack|map/, kind: 'hang', times: 9 }])
        : memory;
      const abort = new AbortController();
      const beforeCall = (_call: string, index: number): void => {
        if (index === at) setImmediate(() => abort.abort(new Error('stop')));
      };
      const last = setTimeout(() => abort.abort(new Error('stop')), 50);
      const run = await backUp(sink, smallCa({ beforeCall }), { ...truncating, signal: abort.signal });
      clearTimeout(last);
      await expectPromises(memory, run);
      if (run.result.at === 'failed') expect(run.result.error).toMatchObject({ message: 'stop' });
    }),
    { numRuns: 150 },
  );
});

test('attaches the errors of closing and ending to the first one', async () => {
  const beforeCall = (call: string): void => {
    if (['read', 'close', 'end', 'release'].includes(call)) throw new AdcsBackupError('certsrv-failed', call);
  };
  const { result } = await backUp(testSink(), smallCa({ beforeCall }));
  expect(result).toMatchObject({
    at: 'failed',
    error: { message: 'read' },
    laterErrors: [{ message: 'close' }, { message: 'end' }, { message: 'release' }],
  });
});

test('reports a failed release when all else went well, and keeps the set', async () => {
  const sink = testSink();
  const beforeCall = (call: string): void => {
    if (call === 'release') throw new AdcsBackupError('certsrv-failed', 'release');
  };
  const { result } = await backUp(sink, smallCa({ beforeCall }));
  expect(result).toMatchObject({ at: 'failed', error: { message: 'release' }, manifest: { type: 'full' } });
  expect(await findSet(sink, { label: 'latest' })).toMatchObject({ hasOutcome: true });
});

test('seals no set when more or fewer bytes come than were announced', async () => {
  for (const sizeLieBytes of [-1, 1, -70_000]) {
    const sink = testSink();
    const run = await backUp(sink, smallCa({ sizeLieBytes }));
    expect(run.result).toMatchObject({ at: 'failed', error: { code: 'integrity-failed' } });
    expect(await listSets(sink)).toEqual([]);
    expectNothingHeld(run.certSrv);
  }
});

test('stops reading soon after the sink fails in the middle of a file', async () => {
  const clock = new TestClock();
  const sink = new FaultySink(testSink(), [{ method: 'put', key: /map-/ }]);
  const ca = testCa({
    databases: { 'Test CA.edb': noise(12 * 1024 ** 2, 7) },
    // More than a minute between reads: a map is put for what there is.
    beforeCall: async (call) => {
      if (call === 'read') await clock.sleep(61_000, undefined);
    },
  });
  const { result, certSrv } = await backUp(sink, ca, { clock });
  expect(result).toMatchObject({ at: 'failed', error: { code: 'sink-unreachable' } });
  expect(certSrv.calls.filter((call) => call === 'read').length).toBeLessThan(12);
  expectNothingHeld(certSrv);
});
