import { expect, test } from 'vitest';
import { checksText, storedText } from '../src/commands/manifest-text.ts';

const counts = { blocks: 0, newBlocks: 0, zeroBlocks: 0 };

test('what is stored of nothing has no share', () => {
  expect(storedText({ ...counts, sourceBytes: 0, storedBytes: 600 })).toBe('600 bytes');
  expect(storedText({ ...counts, sourceBytes: 1200, storedBytes: 600 })).toBe('600 bytes, 50.0% of what was read');
});

test('checks of pages and logs are told by their result', () => {
  const checks = { sizes: 'passed', objects: 'passed' } as const;
  expect(checksText({ ...checks, contents: 'passed' })).toMatch(/, database pages and logs passed$/);
  expect(checksText({ ...checks, contents: 'not-made' })).toMatch(/, database pages and logs not checked$/);
});
