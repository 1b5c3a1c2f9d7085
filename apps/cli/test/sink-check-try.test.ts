import { AdcsBackupError } from '@adcs-backup/core';
import type { ConformanceCheck, ConformanceGroup } from '@adcs-backup/sink-conformance';
import { describe, expect, it } from 'vitest';
import { tryPromises } from '../src/commands/sink-check-try.ts';
import { newTold } from './told.ts';

function check(group: ConformanceGroup, error?: unknown): ConformanceCheck {
  const run = async (): Promise<void> => {
    if (error !== undefined) throw error;
  };
  return { group, name: 'does it', skip: undefined, run };
}

const { signal } = new AbortController();
const denied = new AdcsBackupError('sink-denied', 'no right to see versions');

describe('a promise that is tried', () => {
  it.each([
    ['kept, when nothing is thrown', check('keys'), { result: 'kept' }],
    ['skipped, with the reason', { ...check('keys'), skip: 'slow here' }, { result: 'skipped', reason: 'slow here' }],
    ['broken, by an assertion', check('keys', new Error('not so')), { result: 'broken', message: 'not so' }],
    [
      'broken, by an error of the sink that is about this call only',
      check('keys', new AdcsBackupError('invalid-key', 'no key')),
      { result: 'broken', message: 'no key' },
    ],
    [
      'broken, also when cleaning up failed after it',
      check('keys', new AggregateError([], 'not so, and objects may be left', { cause: new Error('not so') })),
      { result: 'broken', message: 'not so, and objects may be left' },
    ],
    [
      'skipped, when it takes a right that no backup needs',
      check('versions', denied),
      { result: 'skipped', reason: 'refused: no right to see versions' },
    ],
  ])('is %s', async (_what, given, wanted) => {
    const { output, texts } = newTold();
    expect(await tryPromises({ output, signal }, [given])).toEqual([{ check: given, ...wanted }]);
    expect(texts[0]).toBe('line: promise-tried');
    expect(texts).toHaveLength(2);
  });

  it.each([
    ['has no rights', denied],
    ['can not be reached', new AdcsBackupError('sink-unreachable', 'no answer', { retryable: true })],
    ['is full', new AdcsBackupError('sink-full', 'no room')],
    ['fails for a while', new AdcsBackupError('sink-failed', '500', { retryable: true })],
  ])('is the last one when the place %s', async (_what, error) => {
    const { output, texts } = newTold();
    const checks = [check('keys'), check('keys', error), check('listing')];
    await expect(tryPromises({ output, signal }, checks)).rejects.toBe(error);
    expect(texts).toEqual([
      'line: promise-tried',
      'note: stopped when it was tried whether the sink does it (keys)',
      'text: keys              1 kept',
    ]);
    const afterCleaning = new AggregateError([error], 'both', { cause: error });
    await expect(tryPromises({ output, signal }, [check('keys', afterCleaning)])).rejects.toBe(error);
  });

  it('is not called broken because the run was ended', async () => {
    const controller = new AbortController();
    const reason = new Error('Ctrl-C');
    const ending = async (): Promise<void> => {
      controller.abort(reason);
      throw new Error('not the reason, but Ctrl-C');
    };
    const { output, texts } = newTold();
    const checks = [{ ...check('cancelling'), run: ending }, check('errors')];
    await expect(tryPromises({ output, signal: controller.signal }, checks)).rejects.toBe(reason);
    await expect(tryPromises({ output, signal: controller.signal }, checks)).rejects.toBe(reason);
    expect(texts.filter((text) => text.startsWith('line'))).toEqual([]);
  });
});
