import type { BackupSink, RetryPolicy } from '@adcs-backup/core/sink';
import { FaultySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { DeafSink } from '../deaf-sink.ts';
import { SeveralLine, standings } from '../several-line.ts';

/** Sinks that are dead before the CA is asked for anything. */
const dead: readonly (readonly [string, (sink: BackupSink) => BackupSink])[] = [
  ['refuses', (sink) => new FaultySink(sink, [{ method: 'list', times: Number.POSITIVE_INFINITY }])],
  ['fails in the middle', (sink) => new FaultySink(sink, [{ method: 'list', kind: { cutAfter: 1 } }])],
  ['hangs', (sink) => new FaultySink(sink, [{ method: 'list', kind: 'hang', times: Number.POSITIVE_INFINITY }])],
  ['hangs, and heeds no abort,', (sink) => new DeafSink(sink, () => true)],
];

async function lineWithSet(): Promise<SeveralLine> {
  const line = new SeveralLine();
  await line.sealed('full', { truncateLogs: true });
  return line;
}

describe.each(dead)('a sink that %s at the start', (_what, made) => {
  test.each([0, 1])('is dropped before the CA is asked, as number %i of two', async (at) => {
    const line = await lineWithSet();
    const sinks = line.sinks.map((sink, index) => (index === at ? made(sink) : sink));
    let isDropped: boolean | undefined;
    const run = await line.run('auto', {
      sinks,
      sinkStallMs: 20,
      observe: (event) => {
        if (event.type === 'state-entered' && event.state === 'loading-library') isDropped ??= false;
        if (event.type === 'warning' && event.warning.code === 'sink-dropped') isDropped ??= true;
      },
    });
    expect(isDropped).toBe(true);
    expect(standings(run)).toEqual(at === 0 ? ['dropped', 'sealed'] : ['sealed', 'dropped']);
    await line.expectAllWhole();
  });

  test('ends the run when it is the only one: the library is not even loaded', async () => {
    const line = await lineWithSet();
    const run = await line.run('full', { sinks: [made(line.pair[0])], sinkStallMs: 20 });
    expect(run.result).toMatchObject({ at: 'failed', error: { code: 'sink-unreachable' }, manifest: undefined });
    expect(run.certSrv.calls).toEqual([]);
    expect(run.states).toEqual([]);
  });
});

test('an abort at the start ends the run with its reason, though a sink hangs', async () => {
  const line = await lineWithSet();
  const abort = new AbortController();
  const [a, b] = line.pair;
  const hanging = new FaultySink(b, [{ method: 'list', kind: 'hang' }]);
  setImmediate(() => abort.abort(new Error('stop')));
  const { result, certSrv } = await line.run('full', { sinks: [a, hanging], signal: abort.signal });
  expect(result).toMatchObject({ at: 'failed', error: { message: 'stop' } });
  expect(certSrv.calls).toEqual([]);
});

/** Waits pass at once, and are added up. */
function countedRetry(): { readonly retry: RetryPolicy; readonly waited: { ms: number; methods: Set<string> } } {
  const waited = { ms: 0, methods: new Set<string>() };
  const retry: RetryPolicy = {
    now: () => waited.ms,
    random: () => 0.9,
    sleep: async (ms) => {
      waited.ms += ms;
    },
    onRetry: ({ method, location }) => waited.methods.add(`${method} ${location}`),
  };
  return { retry, waited };
}

describe('calls that fail are made again', () => {
  test('at the start for 15 s, whatever is allowed later', async () => {
    const line = await lineWithSet();
    const [a, b] = line.pair;
    const refusing = new FaultySink(b, [{ method: 'list', times: Number.POSITIVE_INFINITY }]);
    const { retry, waited } = countedRetry();
    const run = await line.run('full', { sinks: [a, refusing], retry });
    expect(standings(run)).toEqual(['sealed', 'dropped']);
    expect(waited).toEqual({ ms: 15_000, methods: new Set(['list memory:b']) });
  });

  test('at the start not longer than is allowed', async () => {
    const line = await lineWithSet();
    const refusing = new FaultySink(line.pair[0], [{ method: 'list', times: Number.POSITIVE_INFINITY }]);
    const { retry, waited } = countedRetry();
    const { result } = await line.run('full', { sinks: [refusing], retry: { ...retry, retryForMs: 4_000 } });
    expect(result).toMatchObject({ at: 'failed', error: { message: expect.stringMatching(/given up after \d+ att/) } });
    expect(waited.ms).toBe(4_000);
  });

  test('later for as long as is allowed; then the run goes on without the sink', async () => {
    const line = await lineWithSet();
    const [a, b] = line.pair;
    const failing = new FaultySink(b, [{ method: 'put', key: /map/, times: Number.POSITIVE_INFINITY }]);
    const { retry, waited } = countedRetry();
    line.ca.issue();
    const run = await line.run('full', { sinks: [a, failing], retry, truncateLogs: true });
    expect(standings(run)).toEqual(['sealed', 'dropped']);
    expect(waited).toEqual({ ms: 15 * 60_000, methods: new Set(['put memory:b']) });
    expect(run.certSrv).toMatchObject({ truncated: false, sessionOpen: false });
  });

  test('and what fails all the time is told of, should patience end first', async () => {
    const line = await lineWithSet();
    const [a, b] = line.pair;
    const failing = new FaultySink(b, [{ method: 'put', key: /map/, times: Number.POSITIVE_INFINITY }]);
    const sleep = (): Promise<void> => new Promise(() => undefined);
    line.ca.issue();
    const run = await line.run('full', { sinks: [a, failing], retry: { sleep }, sinkStallMs: 20 });
    expect(standings(run)).toEqual(['sealed', 'dropped']);
    expect(run.result).toMatchObject({
      warnings: [{ message: expect.stringMatching(/ memory:b made no progress for 0 s: put .*injected/) }],
    });
  });

  test('and nobody is dropped for a moment of trouble', async () => {
    const line = await lineWithSet();
    const sinks = line.sinks.map(
      (sink) =>
        new FaultySink(sink, [
          { method: 'put', nth: 2, times: 3 },
          { method: 'put', nth: 5, kind: 'after' },
          { method: 'list', nth: 1, times: 2 },
        ]),
    );
    const run = await line.run('full', { sinks, retry: countedRetry().retry, truncateLogs: true });
    expect(run.result).toMatchObject({ warnings: [], manifest: { sound: true } });
    expect(run.certSrv.truncated).toBe(true);
    await line.expectSameChain();
  });
});
