import { AdcsBackupError } from '@adcs-backup/core';
import { describe, expect, it } from 'vitest';
import { laterErrorsOf } from '../src/first-error.ts';
import { packError, unpackError } from '../src/thread/error-transfer.ts';

describe('an error that crosses threads', () => {
  it('keeps code, message, hint, retryable, causes and later errors', () => {
    const cause = new TypeError('wrong handle', { cause: new Error('deeper') });
    const error = new AdcsBackupError('backup-in-progress', 'busy', { hint: 'Wait.', retryable: true, cause });
    Object.assign(error, { laterErrors: [new AdcsBackupError('certsrv-failed', 'close failed')] });
    const received = transfer(error);
    expect(AdcsBackupError.is(received, 'backup-in-progress')).toBe(true);
    expect(received).toMatchObject({
      message: 'busy',
      hint: 'Wait.',
      retryable: true,
      stack: error.stack,
      cause: { name: 'TypeError', message: 'wrong handle', cause: { message: 'deeper' } },
    });
    expect(laterErrorsOf(received)).toMatchObject([{ code: 'certsrv-failed', message: 'close failed' }]);
  });

  it('stays a foreign error if it was one', () => {
    const received = transfer(new RangeError('too far'));
    expect(received).toMatchObject({ name: 'RangeError', message: 'too far' });
    expect(AdcsBackupError.is(received)).toBe(false);
  });

  it('has the stack of the place where it arrives when it brought none', () => {
    const error = new Error('bare');
    delete error.stack;
    expect(transfer(error).stack).toContain('error-transfer');
  });

  it('may be anything that was thrown', () => {
    expect(transfer('just text').message).toBe('just text');
  });
});

function transfer(error: unknown): Error {
  return unpackError(structuredClone(packError(error)));
}
