import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { AdcsBackupError, type BackupSink, type CallOptions, type ErrorCode } from '@adcs-backup/core/sink';

/** What a call rejects with. @throws AssertionError if it resolves */
export async function rejectionOf(call: Promise<unknown>, what: string): Promise<unknown> {
  const [result] = await Promise.allSettled([call]);
  if (result.status === 'rejected') return result.reason;
  assert.fail(`${what} was not rejected`);
}

/** Of the place, not of the promise that is tried. */
const endOfTrying: readonly ErrorCode[] = ['sink-unreachable', 'sink-denied', 'sink-full'];

/**
 * The error that a call rejects with. @throws AssertionError if it is none with this code, or the call resolves;
 * the error itself when it says that the place can't be used at all
 */
export async function rejectsWith(
  call: Promise<unknown>,
  code: ErrorCode,
  message: RegExp = /./,
): Promise<AdcsBackupError> {
  const error = await rejectionOf(call, `a call that must fail with ${code}`);
  if (!AdcsBackupError.is(error)) assert.fail(`no AdcsBackupError with code ${code}, but ${inspect(error)}`);
  if (error.code !== code && endOfTrying.includes(error.code)) throw error;
  assert.equal(error.code, code, `code ${error.code}, not ${code}: ${error.message}`);
  assert.match(error.message, message);
  return error;
}

/** The keys that a listing gives, in its order. */
export async function keysOf(sink: BackupSink, prefix: string, options?: CallOptions): Promise<string[]> {
  const keys: string[] = [];
  for await (const object of sink.list(prefix, options)) keys.push(object.key);
  return keys;
}

/** @throws AssertionError that says what is wrong with a listing, in a line */
export function assertKeys(found: readonly string[], wanted: readonly string[], what: string): void {
  const differences = [
    ...tell(
      'missing',
      wanted.filter((key) => !found.includes(key)),
    ),
    ...tell(
      'too many',
      found.filter((key, index) => !wanted.includes(key) || found.indexOf(key) < index),
    ),
    ...tell(
      'out of order',
      found.filter((key, index) => key < (found[index - 1] ?? '')),
    ),
  ];
  assert.ok(differences.length === 0, `${what}: ${differences.join('; ')}`);
}

function tell(what: string, keys: readonly string[]): readonly string[] {
  return keys.length === 0 ? [] : [`${keys.length} ${what}, first ${keys[0]}`];
}

/** By code unit, as keys are listed; no two are the same. */
export function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : 1;
}
