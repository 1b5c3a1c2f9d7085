import type { BackupSink } from '@adcs-backup/core/sink';
import { FaultySink } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeafSink } from '../deaf-sink.ts';
import { SeveralLine } from '../several-line.ts';
import type { WatchedSink } from '../watched-sink.ts';

interface Abort {
  readonly type: 'full' | 'logs-only' | 'auto';
  /** The call of the CA, or of the first sink, at which Ctrl-C is pressed. */
  readonly at: { readonly of: 'source' | 'sink'; readonly call: number };
  /** How the second sink is. */
  readonly other: 'well' | 'behind' | 'hangs' | 'hangs and heeds no abort';
}

const abort: fc.Arbitrary<Abort> = fc.record({
  type: fc.constantFrom('full', 'logs-only', 'auto'),
  at: fc.oneof(
    fc.record({ of: fc.constant('source' as const), call: fc.nat(35) }),
    fc.record({ of: fc.constant('sink' as const), call: fc.nat(35) }),
  ),
  other: fc.constantFrom('well', 'behind', 'hangs', 'hangs and heeds no abort'),
});

function asTold(sink: WatchedSink, other: Abort['other']): BackupSink {
  const key = /pack|map/;
  if (other === 'hangs') return new FaultySink(sink, [{ method: 'put', key, kind: 'hang', times: 9 }]);
  if (other === 'hangs and heeds no abort')
    return new DeafSink(sink, (method, each) => method === 'put' && key.test(each));
  return sink;
}

async function lineFor(other: Abort['other']): Promise<SeveralLine> {
  const line = new SeveralLine();
  const [a] = line.pair;
  await line.sealed('full', { truncateLogs: true });
  line.ca.issue();
  if (other === 'behind') await line.sealed('full', { sinks: [a], truncateLogs: true });
  line.ca.issue();
  return line;
}

test('wherever a run into two sinks is aborted, nothing stays open, and what is sealed is whole', async () => {
  let stopped = 0;
  await fc.assert(
    fc.asyncProperty(abort, async ({ type, at, other }) => {
      const line = await lineFor(other);
      const [a, b] = line.pair;
      const controller = new AbortController();
      const stop = (): void => controller.abort(new Error('stop'));
      const { calls } = a.memory;
      const push = calls.push.bind(calls);
      const before = calls.length;
      calls.push = (...each) => {
        if (at.of === 'sink' && calls.length - before === at.call) setImmediate(stop);
        return push(...each);
      };
      const beforeCall = (_call: string, index: number): void => {
        if (at.of === 'source' && index === at.call) setImmediate(stop);
      };
      // A sink that hangs is waited for longer than this.
      const last = setTimeout(stop, 50);
      const options = { signal: controller.signal, sinkStallMs: 150, truncateLogs: true, minCopies: 1 };
      const { result, certSrv } = await line.run(type, {
        sinks: [a, asTold(b, other)],
        script: { beforeCall },
        ...options,
      });
      clearTimeout(last);
      const { loaded, sessionOpen, openFiles } = certSrv;
      expect({ loaded, sessionOpen, openFiles }).toEqual({ loaded: false, sessionOpen: false, openFiles: 0 });
      if (result.at === 'failed') expect(result.error).toMatchObject({ message: 'stop' });
      if (result.at === 'failed') stopped += 1;
      if (certSrv.truncated) expect(result.manifest).toMatchObject({ sound: true });
      await line.expectAllWhole();
      const next = await line.sealed('full', { truncateLogs: true });
      expect(next.sound).toBe(true);
      await line.expectSameChain();
    }),
    { numRuns: 40 },
  );
  expect(stopped).toBeGreaterThan(15);
}, 240_000);

test('an abort reaches a sink that hangs during the session', async () => {
  const line = await lineFor('well');
  const [a, b] = line.pair;
  const controller = new AbortController();
  const hanging = new FaultySink(b, [{ method: 'put', key: /pack/, kind: 'hang' }]);
  const put = hanging.put.bind(hanging);
  let heeded: unknown;
  hanging.put = async (key, body, options) => {
    options?.signal?.addEventListener('abort', () => (heeded = options.signal?.reason));
    if (key.includes('pack')) setImmediate(() => controller.abort(new Error('stop')));
    return await put(key, body, options);
  };
  const { result, certSrv } = await line.run('full', { sinks: [a, hanging], signal: controller.signal });
  expect(result).toMatchObject({ at: 'failed', error: { message: 'stop' }, manifest: undefined });
  expect(heeded).toMatchObject({ message: 'stop' });
  expect(certSrv.sessionOpen).toBe(false);
});
