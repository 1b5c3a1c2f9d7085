import { AdcsBackupError, type BackupResult, listSets, verifySet } from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import { FaultySink, type MemorySink, type ScriptedCa, type ScriptedCertSrv } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backUp, newestSet, noise, TestClock, type TestRun, testCa, testSink } from '../arrange.ts';
import { validDatabase, validLogs } from '../valid-files.ts';

type RunType = 'full' | 'logs-only' | 'auto';

/** What was asked for the second set of a CA, which truncates when all is well. */
interface Attempt {
  readonly type: RunType;
  /** Holds the first set, a sound full one that truncated. */
  readonly memory: MemorySink;
  /** In front of `memory`. */
  readonly sink?: BackupSink;
  readonly beforeCall?: (call: string, index: number) => void;
  readonly signal?: AbortSignal;
}

interface Attempted extends TestRun {
  /** What was in the sink when truncation was called; undefined when it wasn't. */
  readonly atTruncation: MemorySink | undefined;
}

/** Small, so that the fault can hit every call of a run in reasonable time. */
function smallCa(more: ScriptedCa = {}, seed = 1): ScriptedCa {
  // The copy that an earlier full set is of is the one that the engine remembers.
  const shape = { genHigh: 1, previousMarkGeneration: 1000 };
  const databases = {
    'Test CA.edb': validDatabase({ ...shape, seeds: [seed, 2] }),
    'Second.edb': validDatabase({ ...shape, seeds: [3, seed] }),
  };
  return testCa({ databases, logs: validLogs({ last: 3 }), ...more });
}

const earlierCa = smallCa({ logs: validLogs() }, 6);
const laterCa = smallCa();

async function withEarlierSet(): Promise<MemorySink> {
  const sink = testSink();
  const clock = new TestClock('2026-11-21T18:00:00Z');
  const { result } = await backUp(sink, earlierCa, { clock, truncateLogs: true });
  expect(result).toMatchObject({ at: 'finished', manifest: { sound: true }, warnings: [] });
  return sink;
}

async function attempt({ type, memory, sink = memory, beforeCall, signal }: Attempt): Promise<Attempted> {
  let atTruncation: MemorySink | undefined;
  const watched = (call: string, index: number): void => {
    if (call === 'truncateLogs') atTruncation = copyOf(memory);
    beforeCall?.(call, index);
  };
  const options = { type, truncateLogs: true, ...(signal === undefined ? {} : { signal }) };
  return { ...(await backUp(sink, { ...laterCa, beforeCall: watched }, options)), atTruncation };
}

function copyOf({ objects }: MemorySink): MemorySink {
  const copy = testSink();
  for (const [key, object] of objects) copy.objects.set(key, object);
  return copy;
}

/** Promises 1, 2 and 5, after any run. */
async function expectPromises(memory: MemorySink, { certSrv, result, atTruncation }: Attempted): Promise<void> {
  expectNothingHeld(certSrv);
  if (certSrv.truncated) expect(atTruncation).toBeDefined();
  if (atTruncation !== undefined) await expectSafeToTruncate(atTruncation);
  const sets = await listSets(memory);
  expect(sets).toHaveLength(result.manifest === undefined && !hasLanded(result, sets.length) ? 1 : 2);
  await expectAllSound(memory);
}

/** The newest set is there with all that its restore needs: to its own end. */
async function expectSafeToTruncate(sink: MemorySink): Promise<void> {
  expect(await listSets(sink)).toHaveLength(2);
  await expectAllSound(sink);
  const { verdict } = await verifySet(sink, await newestSet(sink), { readData: 100, ese: true });
  expect(verdict).toMatchObject({ restorable: 'complete', logs: { lowest: 1, highest: 3 } });
}

async function expectAllSound(sink: MemorySink): Promise<void> {
  for (const entry of await listSets(sink)) {
    expect(await verifySet(sink, entry, { readData: 100 })).toMatchObject({ intact: true, sound: true });
  }
}

/** A put of the manifest whose reply was lost: the run failed, and the set exists all the same. */
function hasLanded(result: BackupResult, sets: number): boolean {
  return result.at === 'failed' && sets === 2;
}

function expectNothingHeld(certSrv: ScriptedCertSrv): void {
  const { loaded, sessionOpen, openFiles } = certSrv;
  expect({ loaded, sessionOpen, openFiles }).toEqual({ loaded: false, sessionOpen: false, openFiles: 0 });
}

const methods = ['put', 'list', 'get', 'stat'] as const;

async function callsOfSoundRun(type: RunType) {
  const memory = await withEarlierSet();
  const sink = new FaultySink(memory);
  const run = await attempt({ type, memory, sink });
  expect(run.result).toMatchObject({ at: 'finished', warnings: [], manifest: { sound: true } });
  expect(run.certSrv.truncated).toBe(true);
  await expectPromises(memory, run);
  return { source: run.certSrv.calls.length, sink };
}

describe.each(['full', 'logs-only'] as const)('a %s run keeps its promises', (type) => {
  test('whichever call of the CA fails', async () => {
    const { source } = await callsOfSoundRun(type);
    expect(source).toBeGreaterThan(20);
    const tolerated = ['dynamicFiles', 'readDynamicFile', 'truncateLogs', 'end', 'listLogFolder'];
    if (type === 'logs-only') tolerated.push('databaseLocations');
    let truncations = 0;
    for (let failing = 0; failing < source; failing++) {
      const memory = await withEarlierSet();
      let failed = '';
      const beforeCall = (call: string, index: number): void => {
        if (index !== failing) return;
        failed = call;
        throw new AdcsBackupError('certsrv-failed', `${call} failed by script`);
      };
      const run = await attempt({ type, memory, beforeCall });
      await expectPromises(memory, run);
      if (run.certSrv.truncated) truncations += 1;
      if (!tolerated.includes(failed))
        expect(run.result).toMatchObject({ at: 'failed', error: { message: `${failed} failed by script` } });
      else if (run.result.at === 'finished' && failed !== 'listLogFolder') expect(run.result.warnings).not.toEqual([]);
    }
    // What fails after truncation, and what a run can do without before it.
    expect(truncations).toBeGreaterThan(4);
  });

  test('whichever call of the sink fails, before or after its effect', async () => {
    const { sink } = await callsOfSoundRun(type);
    const faults = methods.flatMap((method) =>
      Array.from({ length: sink.count(method) }, (_, index) => ({ method, nth: index + 1 })),
    );
    expect(new Set(faults.map(({ method }) => method)).size).toBe(methods.length);
    for (const fault of faults) {
      for (const kind of ['before', 'after'] as const) {
        const memory = await withEarlierSet();
        const run = await attempt({ type, memory, sink: new FaultySink(memory, [{ ...fault, kind }]) });
        await expectPromises(memory, run);
        const isOutcome = fault.method === 'put' && fault.nth === sink.count('put');
        expect(run.result.at).toBe(isOutcome ? 'finished' : 'failed');
        expect(run.certSrv.truncated).toBe(isOutcome);
        if (run.result.at === 'finished') expect(run.result.warnings).toMatchObject([{ code: 'outcome-not-stored' }]);
      }
    }
  });
});

test('a run keeps its promises wherever it is aborted', async () => {
  const { source } = await callsOfSoundRun('full');
  const type = fc.constantFrom<RunType[]>('full', 'logs-only', 'auto');
  await fc.assert(
    fc.asyncProperty(type, fc.nat(source - 1), fc.boolean(), async (type, at, sinkHangs) => {
      const memory = await withEarlierSet();
      const sink = sinkHangs
        ? new FaultySink(memory, [{ method: 'put', key: /pack|map/, kind: 'hang', times: 9 }])
        : memory;
      const abort = new AbortController();
      const beforeCall = (_call: string, index: number): void => {
        if (index === at) setImmediate(() => abort.abort(new Error('stop')));
      };
      const last = setTimeout(() => abort.abort(new Error('stop')), 50);
      const run = await attempt({ type, memory, sink, beforeCall, signal: abort.signal });
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
  expect(await newestSet(sink)).toMatchObject({ hasOutcome: true });
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
