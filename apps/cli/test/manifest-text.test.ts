import { expect, test } from 'vitest';
import { checksText, logFolderText, protectionRows, storedText } from '../src/commands/manifest-text.ts';

const counts = { blocks: 0, newBlocks: 0, zeroBlocks: 0 };

test('what is stored of nothing has no share', () => {
  expect(storedText({ ...counts, sourceBytes: 0, storedBytes: 600 })).toBe('600 bytes');
  expect(storedText({ ...counts, sourceBytes: 1200, storedBytes: 600 })).toBe('600 bytes, 50.0% of what was read');
});

test('each check is told by its result', () => {
  const checks = { sizes: 'passed', objects: 'passed', contents: 'passed', chain: 'passed' } as const;
  expect(checksText(checks)).toBe('sizes passed, objects passed, database pages and logs passed, log chain passed');
  expect(checksText({ ...checks, contents: 'failed' })).toMatch(/, database pages and logs failed, log chain passed$/);
  expect(checksText({ ...checks, chain: 'failed' })).toMatch(/, database pages and logs passed, log chain failed$/);
});

test('a log folder without logs has no range, one that nobody can read has a reason', () => {
  const folder = { readable: true, path: 'L', logCount: 0, logBytes: 0, freeBytes: 1024, volumeBytes: 2048 } as const;
  expect(logFolderText(folder)).toBe('0 logs, 0 B; 1.0 KiB of 2.0 KiB free');
  expect(logFolderText({ readable: false, path: 'L', reason: 'access denied' })).toBe("can't be read: access denied");
});

test('post-quantum recipients, which fill a page, are shortened; a lock is told by its end', () => {
  const long = `age1pq1${'q'.repeat(1950)}end`;
  const lockedUntil = new Date('2027-01-01T00:00:00Z');
  const [encrypted, signed, locked] = protectionRows({ recipients: [long], lockedUntil }, 'by RW');
  expect(encrypted).toEqual(['encrypted', `to 1 recipient: age1pq1${'q'.repeat(33)}…qqqqqend`]);
  expect(signed).toEqual(['signed', 'by RW']);
  expect(locked?.join(' ')).toMatch(/^locked until 2027-01-01 00:00:00 UTC \(/);
  expect(protectionRows({}, 'no')).toHaveLength(2);
});
