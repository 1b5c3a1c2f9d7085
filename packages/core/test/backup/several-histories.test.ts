import { listSets } from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import { FaultySink, type MemoryObject } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CaHistory } from '../ca-history.ts';
import { DyingSink } from '../dying-sink.ts';
import { SeveralLine, standings } from '../several-line.ts';
import type { WatchedSink } from '../watched-sink.ts';

/** Promises 1, 2 and 9, whichever sinks are there in whichever run. */

interface Run {
  readonly type: 'full' | 'logs-only' | 'auto';
  readonly truncateLogs: boolean;
  readonly minCopies: 1 | 2 | 3 | undefined;
  /** Certificates issued before it. */
  readonly issued: number;
  /** For each sink. */
  readonly up: readonly [boolean, boolean, boolean];
  /** The process is killed at this put into this sink. */
  readonly death: { readonly sink: number; readonly atPut: number; readonly lands: boolean } | undefined;
}

const run: fc.Arbitrary<Run> = fc.record({
  type: fc.constantFrom('full', 'logs-only', 'auto', 'auto'),
  truncateLogs: fc.boolean(),
  minCopies: fc.constantFrom(undefined, 1, 2, 3),
  issued: fc.nat(2),
  up: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  death: fc.option(fc.record({ sink: fc.nat(2), atPut: fc.integer({ min: 1, max: 9 }), lands: fc.boolean() }), {
    nil: undefined,
    freq: 2,
  }),
});

class Life {
  readonly line: SeveralLine = new SeveralLine(['a', 'b', 'c'], new CaHistory([1, 2]));
  readonly #known: Set<string> = new Set();

  async live({ type, truncateLogs, minCopies, issued, up, death }: Run): Promise<void> {
    const { line } = this;
    line.ca.issue(issued);
    const before = line.sinks.map(({ memory }) => new Map(memory.objects));
    const deaths: Promise<unknown>[] = [];
    const sinks = line.sinks.map((sink, index): BackupSink => {
      if (up[index] === false) return down(sink);
      if (death?.sink !== index) return sink;
      const dying = new DyingSink(sink, death);
      deaths.push(dying.died);
      return dying;
    });
    const copies = minCopies === undefined ? {} : { minCopies };
    let holders: number | undefined;
    const beforeCall = async (call: string): Promise<void> => {
      if (call === 'truncateLogs') holders = await this.#holdersOfNewest(sinks);
    };
    const running = line.run(type, { sinks, truncateLogs, ...copies, script: { beforeCall } });
    const ended = await Promise.race([running, ...deaths]);
    await line.recordNew();
    this.#expectOnlyAdded(before);
    if (holders !== undefined) expect(holders).toBeGreaterThanOrEqual(minCopies ?? 3);
    await line.expectAllWhole((id) => this.#isKnown(id));
    if (death !== undefined && typeof ended === 'string') return;
    const { certSrv, result } = await running;
    expect(certSrv).toMatchObject({ loaded: false, sessionOpen: false, openFiles: 0 });
    const isAnyUp = up.includes(true);
    if (!isAnyUp) expect(certSrv.calls).toEqual([]);
    if (type !== 'logs-only') expect(result.at).toBe(isAnyUp ? 'finished' : 'failed');
    if (result.at === 'finished') expect(standings(await running)).toEqual(up.map((is) => (is ? 'sealed' : 'dropped')));
    if (result.at === 'finished' && !up.includes(false)) await line.expectSameChain();
  }

  /** What was whole stays whole, since nothing is taken away: all are looked at again in the end. */
  #isKnown(id: string): boolean {
    const isKnown = this.#known.has(id);
    this.#known.add(id);
    return isKnown;
  }

  async #holdersOfNewest(sinks: readonly BackupSink[]): Promise<number> {
    const labels = await Promise.all(
      this.line.sinks.map(async ({ memory }, index) => {
        const isUp = !(sinks[index] instanceof FaultySink);
        return isUp ? (await listSets(memory)).at(-1)?.label.text : undefined;
      }),
    );
    const newest = labels.reduce((one = '', other = '') => (one > other ? one : other));
    return labels.filter((label) => label === newest).length;
  }

  #expectOnlyAdded(before: readonly ReadonlyMap<string, MemoryObject>[]): void {
    for (const [index, objects] of before.entries()) {
      const now = this.line.sinks[index]?.memory.objects;
      for (const [key, object] of objects) expect(now?.get(key) === object, key).toBe(true);
    }
  }
}

function down(sink: WatchedSink): FaultySink {
  const times = Number.POSITIVE_INFINITY;
  return new FaultySink(
    sink,
    (['put', 'get', 'stat', 'list'] as const).map((method) => ({ method, times })),
  );
}

test('whichever sinks are there, each holds whole sets; and all have the newest chain once all were there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 6, maxLength: 10, size: 'max' }), async (runs) => {
      const life = new Life();
      for (const each of runs) await life.live(each);
      const all = { truncateLogs: true, minCopies: undefined, issued: 1, up: [true, true, true] } as const;
      await life.live({ ...all, type: 'auto', death: undefined });
      await life.line.expectAllGood();
    }),
    { numRuns: 12 },
  );
}, 240_000);
