import { AdcsBackupError } from '../errors.ts';
import { isDeviceName } from './device-name.ts';

declare const objectKeyBrand: unique symbol;

/** Name of an object in a sink, checked by {@link objectKey}. Fits every sink, Windows folders included. */
export type ObjectKey = string & { readonly [objectKeyBrand]: true };

export const MAX_KEY_LENGTH: number = 400;
export const MAX_KEY_PART_LENGTH: number = 100;

const part = /^[A-Za-z0-9._-]+$/;

/**
 * Checks a key: parts of `A-Z a-z 0-9 . _ -` joined by `/`; no part `.` or `..`, none ending in a dot,
 * none a Windows device name; 100 characters a part, 400 in all.
 * @throws `invalid-key`
 */
export function objectKey(text: string): ObjectKey {
  const fault = faultOf(text);
  if (fault !== undefined) {
    throw new AdcsBackupError('invalid-key', `invalid object key ${JSON.stringify(text)}: ${fault}`);
  }
  return text as ObjectKey;
}

/** Whether `text` is a key that a sink must accept. */
export function isObjectKey(text: string): text is ObjectKey {
  return faultOf(text) === undefined;
}

function faultOf(text: string): string | undefined {
  if (text.length > MAX_KEY_LENGTH) return `longer than ${MAX_KEY_LENGTH} characters`;
  for (const piece of text.split('/')) {
    const fault = partFaultOf(piece);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function partFaultOf(piece: string): string | undefined {
  if (piece === '') return 'a part is empty';
  if (piece.length > MAX_KEY_PART_LENGTH) return `a part is longer than ${MAX_KEY_PART_LENGTH} characters`;
  if (!part.test(piece)) return 'only A-Z a-z 0-9 . _ - are allowed';
  if (piece.endsWith('.')) return 'a part ends in a dot';
  if (isDeviceName(piece)) return 'a part is a Windows device name';
  return undefined;
}
