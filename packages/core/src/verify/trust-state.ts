import { AdcsBackupError } from '../errors.ts';
import { JsonReader } from '../store/json-reader.ts';

/** What a verifier keeps of what it saw: the newest set of each CA. Nobody at the sink can reach it. */
export type TrustState = ReadonlyMap<string, RememberedSet>;

/** A set that was read, and verified where signers were trusted. */
export interface SeenSet {
  readonly label: string;
  readonly chain: string;
  readonly number: number;
  /** Of its manifest, lower-case hex. */
  readonly sha256: string;
}

export interface RememberedSet extends SeenSet {
  /** When it was last looked at, by the verifier's clock. */
  readonly seenAt: Date;
  /** Keys that were trusted then; absent when signatures weren't looked at. */
  readonly publicKeys?: readonly string[];
}

const FORMAT = 1;

/** Readable JSON, the same text for the same state. */
export function encodeTrust(state: TrustState): string {
  const cas = [...state].sort(([a], [b]) => (a < b ? -1 : 1)).map(([caId, set]) => ({ caId, ...set }));
  return `${JSON.stringify({ format: FORMAT, cas }, null, 1)}\n`;
}

/**
 * @param name of the file, for messages
 * @throws `invalid-configuration` when it isn't such a text: it is never taken for an empty one
 */
export function decodeTrust(text: string, name: string): TrustState {
  try {
    const json = JsonReader.parse(Buffer.from(text), name);
    const format = json.field('format').integer();
    if (format !== FORMAT) throw new AdcsBackupError('format-unsupported', `${name} is of format ${format}`);
    return new Map(json.field('cas').list((ca) => [ca.field('caId').string(), readSet(ca)]));
  } catch (cause) {
    if (!AdcsBackupError.is(cause)) throw cause;
    throw new AdcsBackupError('invalid-configuration', `the trust file can't be read: ${cause.message}`, {
      cause,
      hint: 'Bring back a copy of the file. Without it nobody can tell whether the sink was set back: only if that is clear otherwise, delete it, and a new one is made.',
    });
  }
}

function readSet(json: JsonReader): RememberedSet {
  const publicKeys = json.field('publicKeys').optional((keys) => keys.list((key) => key.string()));
  return {
    label: json.field('label').string(),
    chain: json.field('chain').string(),
    number: json.field('number').integer(),
    sha256: json.field('sha256').sha256(),
    seenAt: json.field('seenAt').date(),
    ...(publicKeys === undefined ? {} : { publicKeys }),
  };
}
