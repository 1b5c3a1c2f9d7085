import { spawnSync } from 'node:child_process';

/** Looks for content where none should be: as it is, in text forms, and in compressed frames. */

/** What is looked for, by a name for people. */
export type Secrets = Readonly<Record<string, Uint8Array>>;

const PIECE = 32;
/** Of a piece, so that nobody can have it by chance: runs of zeros and the like are everywhere. */
const DISTINCT_BYTES = 18;
const ZSTD_MAGIC = Buffer.from('28b52ffd', 'hex');

/** What to look for, quickly. */
interface Index {
  /** Pieces of secrets, and of which one they are. */
  readonly pieces: ReadonlyMap<string, string>;
  /** The first four bytes of each. */
  readonly beginnings: ReadonlySet<number>;
}

export function indexOf(secrets: Secrets): Index {
  const pieces = new Map<string, string>();
  for (const [name, bytes] of Object.entries(secrets)) {
    for (let at = 0; at + PIECE <= bytes.length; at += PIECE) {
      const piece = Buffer.from(bytes.subarray(at, at + PIECE));
      if (new Set(piece).size >= DISTINCT_BYTES) pieces.set(piece.toString('latin1'), name);
    }
  }
  const missing = Object.keys(secrets).filter((name) => ![...pieces.values()].includes(name));
  if (missing.length > 0) throw new Error(`nothing in ${missing.join(', ')} could be recognised`);
  return {
    pieces,
    beginnings: new Set([...pieces.keys()].map((piece) => Buffer.from(piece, 'latin1').readUInt32LE())),
  };
}

/** Names of the secrets that have a piece in the bytes, in whatever form, at any offset. */
export function tracesIn(bytes: Buffer, { pieces, beginnings }: Index): ReadonlySet<string> {
  const found = new Set<string>();
  for (const form of formsOf(bytes)) {
    for (let at = 0; at + PIECE <= form.length; at += 1) {
      if (!beginnings.has(form.readUInt32LE(at))) continue;
      const name = pieces.get(form.toString('latin1', at, at + PIECE));
      if (name !== undefined) found.add(name);
    }
  }
  return found;
}

/** The bytes themselves, and all that can be decoded in them by somebody without a key. */
function formsOf(bytes: Buffer): readonly Buffer[] {
  const whole = [bytes, ...framesIn(bytes)];
  return whole.flatMap((form) => {
    const text = form.toString('latin1');
    const hex = runs(text, /[0-9a-f]{64,}/gi, 2).map((run) => Buffer.from(run, 'hex'));
    const base64 = runs(text, /[A-Za-z0-9+/_-]{43,}/g, 4).map((run) => Buffer.from(run, 'base64'));
    return [form, ...hex, ...base64];
  });
}

/** Nobody knows where in a run of digits a byte begins. */
function runs(text: string, pattern: RegExp, phases: number): string[] {
  const starts = Array.from({ length: phases }, (_, phase) => phase);
  return (text.match(pattern) ?? []).flatMap((run) => starts.map((phase) => run.slice(phase)));
}

/** Wherever a frame could begin, what comes out of it before it ends or breaks. */
function framesIn(bytes: Buffer): readonly Buffer[] {
  const contents: Buffer[] = [];
  for (let at = bytes.indexOf(ZSTD_MAGIC); at >= 0; at = bytes.indexOf(ZSTD_MAGIC, at + 1)) {
    const { error, stdout } = spawnSync('zstd', ['-dqc'], { input: bytes.subarray(at), maxBuffer: 256 * 1024 ** 2 });
    // The frame's end may come before that of the input, which zstd then doesn't read.
    if (stdout === null) throw new Error("zstd can't be run", { cause: error });
    contents.push(stdout);
  }
  return contents;
}
