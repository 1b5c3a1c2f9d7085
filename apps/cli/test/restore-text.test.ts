import type { RestoreReport } from '@adcs-backup/core';
import { expect, it } from 'vitest';
import { restoreText } from '../src/commands/restore-text.ts';

const report: RestoreReport = {
  label: '20261121T180316Z-full',
  sound: true,
  to: '/restored',
  verdict: {
    restorable: 'complete',
    base: undefined,
    needed: undefined,
    logs: undefined,
    reachesAt: undefined,
    reasons: [],
  },
  folders: [],
  files: [],
  bytes: 0,
  packsRead: 0,
  outcomeFault: undefined,
  olderVersions: [],
};

const unsigned = { signature: { signature: 'none', signedBy: undefined }, fresh: undefined } as const;

function withOlder(count: number): string[] {
  const modifiedAt = new Date('2026-11-21T18:03:16Z');
  const olderVersions = Array.from({ length: count }, (_, index) => {
    return { key: `data/pack-${index}`, version: 'x', modifiedAt, fault: '' };
  });
  return restoreText({ ...report, olderVersions }, unsigned);
}

it('says nothing of older versions where none was read', () => {
  expect(restoreText(report, unsigned).join('\n')).not.toMatch(/replaced|version/);
});

it('names each object of which an older version was read', () => {
  const text = withOlder(20);
  expect(text.filter((line) => line.startsWith('  data/'))).toHaveLength(20);
  expect(text).toContain('  data/pack-19: version x of 2026-11-21 18:03:16 UTC');
  expect(text.join('\n')).not.toContain('more');
});

it('names the first twenty of many, and says where the others are', () => {
  const text = withOlder(22);
  expect(text.filter((line) => line.startsWith('  data/'))).toHaveLength(20);
  expect(text).toContain('  and 2 more, named in restored-set.json');
});
