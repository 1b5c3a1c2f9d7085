import { AdcsBackupError, findSet, listSets, readSet } from '@adcs-backup/core';
import { FaultySink, type MemoryObject, type ScriptedCa } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BackupLine, type LineRun } from './backup-line.ts';
import { CaHistory, type CaState } from './ca-history.ts';

/** Promises 1, 2 and 5, whatever the CA lives through and whichever sets are taken in between. */

interface Run {
  readonly do: 'full' | 'logs-only' | 'auto';
  readonly truncateLogs: boolean;
  /** Number of the call of the CA that fails. */
  readonly failingCall: number | undefined;
  /** The put that fails, before or after its effect. */
  readonly failingPut: { readonly nth: number; readonly kind: 'before' | 'after' } | undefined;
  /** Number of the bit that is flipped on its way, of all that the session hands out. */
  readonly flippedBit: number | undefined;
}

type Step = { readonly do: 'issue' | 'snapshot' | 'revert' | 'truncate elsewhere' } | Run;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('issue' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('snapshot', 'revert', 'truncate elsewhere') }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('full', 'logs-only', 'auto'),
      truncateLogs: fc.boolean(),
      failingCall: fc.option(fc.nat(40), { nil: undefined, freq: 2 }),
      failingPut: fc.option(
        fc.record({ nth: fc.integer({ min: 1, max: 5 }), kind: fc.constantFrom('before', 'after') }),
        { nil: undefined, freq: 1 },
      ),
      flippedBit: fc.option(fc.nat(), { nil: undefined, freq: 1 }),
    }),
  },
);

class Life {
  readonly line: BackupLine = new BackupLine(new CaHistory([1, 0]));
  #snapshot: CaState = this.line.ca.state;

  async live(step: Step): Promise<void> {
    const { ca } = this.line;
    if (step.do === 'issue') ca.issue();
    else if (step.do === 'snapshot') this.#snapshot = ca.state;
    else if (step.do === 'revert') ca.revert(this.#snapshot);
    else if (step.do === 'truncate elsewhere') ca.truncateElsewhere();
    else if ('truncateLogs' in step) await this.#backUp(step);
  }

  /** Every sound set verifies, and restores to what was handed out with it and its full set. */
  async expectAllSound(): Promise<void> {
    for (const entry of await listSets(this.line.sink)) {
      const { manifest } = await readSet(this.line.sink, entry);
      if (manifest.sound) await this.line.expectSound(manifest.label);
    }
  }

  async #backUp({ do: type, truncateLogs, failingCall, failingPut, flippedBit }: Run): Promise<void> {
    const before = new Map(this.line.sink.objects);
    const beforeCall = (call: string, index: number): void => {
      if (index === failingCall) throw new AdcsBackupError('certsrv-failed', `${call} failed by script`);
    };
    const sink = new FaultySink(this.line.sink);
    if (failingPut !== undefined) sink.inject({ method: 'put', ...failingPut });
    this.line.ca.damage = (session) => (flippedBit === undefined ? session : withFlippedBit(session, flippedBit));
    const run = await this.line.run(type, { truncateLogs, sinks: [sink], script: { beforeCall } });
    const { loaded, sessionOpen, openFiles } = run.certSrv;
    expect({ loaded, sessionOpen, openFiles }).toEqual({ loaded: false, sessionOpen: false, openFiles: 0 });
    this.#expectAllKept(before);
    await this.#expectSafe(run);
    if (flippedBit !== undefined) expect([run.result.manifest?.sound, run.certSrv.truncated]).not.toContain(true);
    const isLeftAlone = [failingCall, failingPut, flippedBit].every((fault) => fault === undefined);
    if (isLeftAlone && type !== 'logs-only') expect(run.result).toMatchObject({ at: 'finished' });
    if (isLeftAlone && type === 'full') expect(run.result).toMatchObject({ manifest: { sound: true } });
  }

  /** A run only adds: so the sets before it are as good as they were. */
  #expectAllKept(before: ReadonlyMap<string, MemoryObject>): void {
    for (const [key, object] of before) expect(this.line.sink.objects.get(key) === object, key).toBe(true);
  }

  /** Nothing is truncated but what the newest sound set restores, and no other set is `latest`. */
  async #expectSafe({ certSrv, result: { manifest } }: LineRun): Promise<void> {
    const manifests = [];
    for (const entry of await listSets(this.line.sink)) manifests.push((await readSet(this.line.sink, entry)).manifest);
    const newest = manifests.findLast(({ sound }) => sound)?.label;
    const latest = await findSet(this.line.sink, { label: 'latest' }).catch((error: unknown) => {
      if (AdcsBackupError.is(error, 'set-not-found')) return undefined;
      throw error;
    });
    expect(latest?.label.text).toBe(newest);
    if (manifest?.sound === true) await this.line.expectSound(manifest.label);
    if (certSrv.truncated) expect(manifest).toMatchObject({ sound: true, label: newest });
  }
}

function withFlippedBit({ databases = {}, logs = {}, ...session }: ScriptedCa, bit: number): ScriptedCa {
  const files = Object.entries({ ...databases, ...logs });
  let at = bit % (files.reduce((sum, [, { length }]) => sum + length, 0) * 8);
  const flipped = files.map(([name, bytes]) => {
    const copy = Buffer.from(bytes);
    if (at >= 0 && at < copy.length * 8) copy.writeUInt8(copy.readUInt8(at >>> 3) ^ (1 << (at & 7)), at >>> 3);
    at -= copy.length * 8;
    return [name, copy] as const;
  });
  const isDatabase = ([name]: readonly [string, unknown]): boolean => name in databases;
  return {
    ...session,
    databases: Object.fromEntries(flipped.filter(isDatabase)),
    logs: Object.fromEntries(flipped.filter((file) => !isDatabase(file))),
  };
}

test('whatever happens, sound sets restore to what the CA had, and nothing else is truncated', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14, size: 'max' }), async (steps) => {
      const life = new Life();
      for (const each of steps) await life.live(each);
      await life.expectAllSound();
    }),
    { numRuns: 25 },
  );
}, 240_000);
