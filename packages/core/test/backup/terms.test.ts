import { describe, expect, test } from 'vitest';
import { BackupLine, type RunOptions } from '../backup-line.ts';
import { CaHistory } from '../ca-history.ts';
import { testRecipients } from '../keys.ts';

/** A chain has one list of recipients and one lock date. */

const DAY_MS = 24 * 3600_000;
const alice = { recipients: testRecipients('alice') };
const both = { recipients: testRecipients('alice', 'bob') };

async function lineWith(options: RunOptions): Promise<BackupLine> {
  const line = new BackupLine(new CaHistory(), { retention: true });
  line.ca.issue(2);
  await line.sealed('full', { truncateLogs: true, ...options });
  line.ca.issue();
  return line;
}

interface Change {
  readonly what: string;
  readonly before: RunOptions;
  readonly after: RunOptions;
  readonly why: string;
}

const others = 'other recipients can read it';
const date = 'it is locked until another date';
const changes: readonly Change[] = [
  { what: 'sets are encrypted from now on', before: {}, after: alice, why: others },
  { what: 'sets are not encrypted any more', before: alice, after: {}, why: others },
  { what: 'somebody else is to read them', before: alice, after: both, why: others },
  { what: 'somebody is not to read them any more', before: both, after: alice, why: others },
  { what: 'they are locked from now on', before: {}, after: { lockForMs: DAY_MS }, why: date },
  { what: 'they are locked longer', before: { lockForMs: DAY_MS }, after: { lockForMs: 2 * DAY_MS }, why: date },
  {
    what: 'a chain gets older',
    before: { lockForMs: DAY_MS },
    after: { lockForMs: DAY_MS, chainMaxAgeMs: 40 * DAY_MS },
    why: date,
  },
];

describe.each(changes)('when $what', ({ before, after, why }) => {
  test('a full set begins a new chain, and builds on nothing', async () => {
    const line = await lineWith(before);
    const manifest = await line.sealed('full', after);
    expect(manifest.chain).toBe('20261101T120000Z');
    expect(manifest.packs.every(({ key }) => key.includes('/20261101T120000Z/'))).toBe(true);
    expect(manifest).toMatchObject({ number: 2, previous: { chain: '20261101T110000Z' } });
  });

  test('logs only are refused with the reason, and auto takes a full set', async () => {
    const line = await lineWith(before);
    const reason = `logs only don't do: a new chain is due, since 20261101T110000Z has other terms: ${why}`;
    const { result } = await line.run('logs-only', after);
    expect(result).toMatchObject({ at: 'failed', error: { code: 'full-backup-missing', message: reason } });
    const run = await line.run('auto', after);
    expect(run.result).toMatchObject({ manifest: { type: 'full', chain: '20261101T130000Z' } });
    expect(run.events).toContainEqual({ type: 'full-chosen', reason });
  });
});

test('the same recipients in another order go on in the chain', async () => {
  const line = await lineWith(both);
  const manifest = await line.sealed('logs-only', { recipients: testRecipients('bob', 'alice') });
  expect(manifest).toMatchObject({ chain: '20261101T110000Z', warnings: [] });
});

test('all sets of a chain say the same lock date', async () => {
  const line = await lineWith({ lockForMs: DAY_MS });
  const manifest = await line.sealed('logs-only', { lockForMs: DAY_MS });
  expect(manifest.lockedUntil).toEqual(new Date('2026-12-02T11:00:00Z'));
});

test('what is not encrypted any more is a warning, since the recipients may just have got lost', async () => {
  const line = await lineWith(alice);
  const { warnings } = await line.sealed('full');
  expect(warnings).toEqual([
    {
      code: 'not-encrypted',
      message: 'the newest set 20261101T110000Z-full is encrypted, this one is not',
      hint: expect.stringContaining('--recipient'),
    },
  ]);
  expect((await line.sealed('full')).warnings).toEqual([]);
});
