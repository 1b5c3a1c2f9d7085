import { AdcsBackupError, type BackupOptions } from '@adcs-backup/core';
import { FaultySink, type SinkCall } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BackupLine } from '../backup-line.ts';
import { CaHistory } from '../ca-history.ts';
import { testRecipients } from '../keys.ts';
import { SeveralLine, standings } from '../several-line.ts';
import { testSigner } from '../signers.ts';

/** Promise 3: what a backup asks of a sink, call by call. docs/least-privilege.md grants this and nothing else. */

const place = '[a-z0-9-]+/\\d{8}T\\d{6}Z';
const label = '\\d{8}T\\d{6}Z-(full|logs-only)';
const document = `sets/${place}/${label}(\\.outcome)?\\.json`;
const map = `data/${place}/${label}/(map-\\d{5}|begin\\.json)`;
const pack = `data/${place}/${label}/pack-\\d{5}`;

const needed: Readonly<Partial<Record<SinkCall['method'], RegExp>>> = {
  list: /^sets\/$|^data\/[a-z0-9-]+\/\d{8}(T\d{6}Z\/)?$/,
  get: new RegExp(`^(${document}|${map})(\\.minisig)?$`),
  // Whether a set whose put failed is there all the same.
  stat: new RegExp(`^${document}$`),
  put: new RegExp(`^(${document}|${map}|${pack})(\\.minisig)?$`),
};

function beyondNeeded(calls: readonly SinkCall[]): readonly SinkCall[] {
  return calls.filter(({ method, key }) => needed[method]?.test(key) !== true);
}

interface Run {
  readonly type: 'full' | 'logs-only' | 'auto';
  readonly truncateLogs: boolean;
  readonly newChain: boolean;
  /** It ends there, and leaves what it has put. */
  readonly failingPut: number | undefined;
  /** Until it begins. */
  readonly days: number;
}

const run: fc.Arbitrary<Run> = fc.record({
  type: fc.constantFrom('full', 'logs-only', 'auto'),
  truncateLogs: fc.boolean(),
  newChain: fc.boolean(),
  failingPut: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  days: fc.constantFrom(0, 1, 40, -2),
});

const signing = testSigner();
const keys: fc.Arbitrary<Pick<BackupOptions, 'recipients' | 'signer' | 'trusted'>> = fc.constantFrom({}, signing, {
  ...signing,
  recipients: testRecipients('one'),
});

test('a backup lists, reads manifests, outcomes, maps and begins, and puts; it never reads a pack, deletes or looks at versions', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(keys, fc.array(run, { minLength: 2, maxLength: 6 }), async (keys, runs) => {
      const line = new BackupLine(new CaHistory([1, 0]), { versions: true });
      for (const { type, truncateLogs, newChain, failingPut, days } of runs) {
        line.ca.issue();
        line.clock.time = new Date(line.clock.time.getTime() + days * 24 * 3600_000);
        const sink = new FaultySink(line.sink);
        if (failingPut !== undefined) sink.inject({ method: 'put', nth: failingPut });
        await line.run(type, { ...keys, truncateLogs, newChain, sinks: [sink] });
        expect(beyondNeeded(sink.calls)).toEqual([]);
        for (const { method, key } of sink.calls)
          seen.add(`${method} ${/begin|map|pack|outcome|json|$/.exec(key)?.[0]}${/\.minisig$|$/.exec(key)?.[0]}`);
      }
    }),
    { numRuns: 100 },
  );
  // All that is granted is needed.
  const signed = ['json', 'outcome', 'map', 'begin'].flatMap((name) => [name, `${name}.minisig`]);
  const used = [...signed.flatMap((name) => [`get ${name}`, `put ${name}`]), 'put pack'];
  expect([...seen]).toEqual(expect.arrayContaining(used));
});

test('a put whose answer was lost is looked for and read back: then a pack, too, but only that one', async () => {
  const line = new BackupLine();
  const sink = new FaultySink(line.sink, [{ method: 'put', key: /pack-/, kind: 'after' }]);
  const { result } = await line.run('full', { sinks: [sink], retry: { sleep: async () => undefined } });
  expect(result).toMatchObject({ at: 'finished' });
  const packs = sink.calls.filter(({ method, key }) => method === 'put' && /pack-/.test(key)).map(({ key }) => key);
  const doubtful = packs.find((key, index) => packs.indexOf(key) !== index);
  expect(beyondNeeded(sink.calls)).toEqual([
    { method: 'stat', key: doubtful },
    { method: 'get', key: doubtful },
  ]);
});

test('with several sinks, packs are read where one lacks what another has; where that is refused, it stays behind', async () => {
  const line = new SeveralLine();
  const [a, b] = line.pair;
  await line.sealed('full', { sinks: [a] });
  const error = (): AdcsBackupError => new AdcsBackupError('sink-denied', 'packs may not be read');
  const times = Number.POSITIVE_INFINITY;
  const refusing = new FaultySink(a, [{ method: 'get', key: /pack-/, times, error }]);
  expect(standings(await line.run('full', { sinks: [refusing, b] }))).toEqual(['sealed', 'behind']);
  const reading = new FaultySink(a);
  expect(standings(await line.run('full', { sinks: [reading, b] }))).toEqual(['sealed', 'sealed']);
  expect(reading.calls).toContainEqual({ method: 'get', key: expect.stringMatching(pack) });
});
