import type { LogFolder } from '@adcs-backup/core';
import { expect, test } from 'vitest';
import { isTruncated, truncationText } from '../src/commands/truncation-text.ts';

const folder = (logCount: number): LogFolder => {
  return { readable: true, path: 'L', logCount, logBytes: 0, freeBytes: 1, volumeBytes: 2 };
};
const unreadable: LogFolder = { readable: false, path: 'L', reason: 'access denied' };
const outcome = { endedAt: new Date(0), label: 'x', logFolder: unreadable, truncation: undefined, warnings: [] };

/** The first line of what is told of a sound full set. */
function told(before: LogFolder, after: LogFolder, ...codes: string[]): string | undefined {
  const warnings = codes.map((code) => ({ code, message: code }));
  return truncationText({ type: 'full', sound: true }, { ...outcome, truncation: { before, after }, warnings })[0];
}

test('what was deleted is told as far as anybody could see it', () => {
  expect(told(folder(1234), folder(234))).toMatch(/^1,000 logs deleted on the CA\. /);
  expect(told(folder(3), folder(2))).toMatch(/^1 log deleted on the CA\. /);
  expect(told(folder(2), folder(2))).toMatch(/had none to delete: nothing is wrong\.$/);
  expect(told(folder(3), unreadable)).toMatch(/^The CA was told to delete .* how many it deleted can't be seen\. /);
});

test('a truncation that failed, or that nobody asked for, is none', () => {
  expect(told(folder(3), folder(3), 'truncation-failed')).toMatch(/^For the CA this is a copy: no logs were deleted/);
  expect(truncationText({ type: 'full', sound: true }, outcome)[0]).toMatch(/^For the CA this is a copy/);
  expect(isTruncated(outcome)).toBe(false);
});

test('neither logs only nor a suspect set are told to be a copy', () => {
  const none = ['No logs were deleted on the CA.'];
  expect(truncationText({ type: 'logs-only', sound: true }, outcome)).toEqual(none);
  expect(truncationText({ type: 'full', sound: false }, outcome)).toEqual(none);
});
