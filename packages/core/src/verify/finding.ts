import type { OlderVersion } from '../store/older-versions.ts';

export type FindingCode =
  | 'manifest-invalid'
  /** How the session ended can't be read: no harm to a restore. */
  | 'outcome-invalid'
  /** What claimed the label isn't there: no harm to a restore. */
  | 'begin-invalid'
  /** An object has no signature that counts: whoever put it there has not got the key. */
  | 'signature-invalid'
  /** The set before this one was exchanged or deleted. */
  | 'history-broken'
  /** Newer sets were seen before. */
  | 'rolled-back'
  | 'object-missing'
  | 'object-size'
  | 'map-invalid'
  | 'pack-damaged'
  /** Sealed as sound, but what its restore needs of earlier sets is not there any more. */
  | 'chain-broken'
  /** Pages or logs are not what they were when the set was sealed. */
  | 'content-changed';

/** Something that is wrong with a stored set. */
export interface Finding {
  readonly code: FindingCode;
  /** The object that it is about. */
  readonly key: string;
  readonly message: string;
  /** Holds the right bytes: a restore reads it in place of the object. */
  readonly olderVersion?: Pick<OlderVersion, 'version' | 'modifiedAt'>;
}

/** Whether something is lost that a restore needs. */
export function isLost(findings: readonly Finding[]): boolean {
  return findings.some(({ code, olderVersion }) => olderVersion === undefined && !harmless.has(code));
}

/** The verdict tells of a broken chain by itself; a manifest whose signature doesn't count has none. */
const harmless: ReadonlySet<FindingCode> = new Set([
  'chain-broken',
  'outcome-invalid',
  'begin-invalid',
  'signature-invalid',
  'history-broken',
  'rolled-back',
]);
