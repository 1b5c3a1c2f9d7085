import { messageOf } from '@adcs-backup/core';
import { expect, test } from 'vitest';

test('anything that was thrown has a text', () => {
  expect(messageOf(new Error('no room'))).toBe('no room');
  expect(messageOf('no room')).toBe('no room');
  expect(messageOf(undefined)).toBe('undefined');
});
