import { AdcsBackupError } from '../errors.ts';
import type {
  BackupSink,
  CallOptions,
  GetOptions,
  PutOptions,
  SinkSupports,
  StoredObject,
} from '../sink/backup-sink.ts';
import type { ObjectKey } from '../sink/keys.ts';
import { mergedListing } from './merged-listing.ts';
import type { Method, SinkMember } from './sink-member.ts';

/** Told of a sink that failed, and is left alone from then on. */
export type OnDrop = (member: SinkMember, error: unknown) => void;

/** What one sink holds below a prefix, by key. */
export interface MemberListing {
  readonly member: SinkMember;
  readonly objects: ReadonlyMap<string, StoredObject>;
}

/**
 * Several sinks as one: what is put goes to all of them, what is read comes from the first that has it. A
 * sink that fails is dropped, and the others go on; a call that fails in all of them rejects with the last
 * one's error, and that one stays.
 */
export class SinkGroup implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports;
  readonly #members: readonly SinkMember[];
  readonly #onDrop: OnDrop;
  /** Bodies that were given to a sink, as often as a sink has not given them back. */
  readonly #lent: Map<ArrayBufferLike, number> = new Map();

  constructor(members: readonly SinkMember[], onDrop: OnDrop) {
    this.location = members.map(({ location }) => location).join(', ');
    this.supports = { retention: members.every(({ sink }) => sink.supports.retention), versions: false };
    this.#members = members;
    this.#onDrop = onDrop;
  }

  /** Those that have not been dropped. */
  get live(): readonly SinkMember[] {
    return this.#members.filter(({ isLive }) => isLive);
  }

  /** Some of the members; a drop from there is one from here. */
  only(members: readonly SinkMember[]): SinkGroup {
    return new SinkGroup(members, this.#onDrop);
  }

  drop(member: SinkMember, error: unknown): void {
    member.drop(error);
    this.#onDrop(member, error);
  }

  async put(key: ObjectKey, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    const [first] = await this.each(
      (sink, signal) => this.#lend(body, () => sink.put(key, body, { ...options, signal })),
      options,
    );
    return first.value;
  }

  /**
   * Whether a sink that was given up still has these bytes, though the put of the group has settled. They must not
   * change: what it makes of them later must be what the others have.
   */
  isLent({ buffer }: Uint8Array): boolean {
    return this.#lent.has(buffer);
  }

  async get(key: ObjectKey, options: GetOptions = {}): Promise<Uint8Array> {
    return await this.#first((sink, signal) => sink.get(key, { ...options, signal }), options);
  }

  async stat(key: ObjectKey, options: CallOptions = {}): Promise<StoredObject | undefined> {
    const found = await this.each((sink, signal) => sink.stat(key, { signal }), options);
    return found.find(({ value }) => value !== undefined)?.value;
  }

  /** What any of them holds; where they differ in size, the object as the first one has it. */
  async *list(prefix: string, options: CallOptions = {}): AsyncGenerator<StoredObject, void, undefined> {
    for (const object of mergedListing((await this.listEach(prefix, options)).map(({ objects }) => objects))) {
      yield object;
      options.signal?.throwIfAborted();
    }
  }

  /** What each of them holds. */
  async listEach(prefix: string, options: CallOptions = {}): Promise<readonly MemberListing[]> {
    const found = await this.each(async (sink, signal, member) => {
      const objects = new Map<string, StoredObject>();
      for await (const object of sink.list(prefix, { signal })) {
        member.progressed();
        objects.set(object.key, object);
      }
      return objects;
    }, options);
    return found.map(({ member, value }) => ({ member, objects: value }));
  }

  async delete(key: ObjectKey, options: CallOptions = {}): Promise<void> {
    await this.each((sink, signal) => sink.delete(key, { signal }), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { sink } of this.#members) await sink[Symbol.asyncDispose]();
  }

  /** The answers of those that succeeded: at least one. @throws the last one's error when all fail */
  async each<T>(method: Method<T>, options: CallOptions): Promise<Answers<T>> {
    const { live } = this;
    const settled = await Promise.allSettled(live.map((member) => member.call(method, options)));
    options.signal?.throwIfAborted();
    const answers: Answer<T>[] = [];
    const failures: Failure[] = [];
    for (const [index, member] of live.entries()) {
      const result = settled[index];
      if (result?.status === 'fulfilled') answers.push({ member, value: result.value });
      else failures.push({ member, error: result?.reason });
    }
    const [first, ...others] = answers;
    const last = first === undefined ? failures.pop() : undefined;
    // What all of them refuse, as a key that is taken, is no fault of theirs.
    const isFault = ({ member, error }: Failure): boolean =>
      member.isLive && (first !== undefined || !isAboutObject(error));
    for (const { member, error } of failures.filter(isFault)) this.drop(member, error);
    if (first !== undefined) return [first, ...others];
    throw last === undefined ? noneLeft(this.location) : last.error;
  }

  async #lend<T>({ buffer }: Uint8Array, put: () => Promise<T>): Promise<T> {
    this.#lent.set(buffer, (this.#lent.get(buffer) ?? 0) + 1);
    try {
      return await put();
    } finally {
      const left = (this.#lent.get(buffer) ?? 0) - 1;
      if (left > 0) this.#lent.set(buffer, left);
      else this.#lent.delete(buffer);
    }
  }

  /** The first answer. An object that one of them lacks may be in the next, or in one that fails. */
  async #first<T>(method: Method<T>, options: CallOptions): Promise<T> {
    let absence: unknown;
    let failure: unknown;
    for (const member of this.live) {
      try {
        return await member.call(method, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (isAboutObject(error)) {
          absence ??= error;
          continue;
        }
        failure ??= error;
        if (member.isLive && this.live.length > 1) this.drop(member, error);
      }
    }
    throw failure ?? absence ?? noneLeft(this.location);
  }
}

interface Answer<T> {
  readonly member: SinkMember;
  readonly value: T;
}

type Answers<T> = readonly [Answer<T>, ...Answer<T>[]];

interface Failure {
  readonly member: SinkMember;
  readonly error: unknown;
}

/** Not a fault of the sink as a whole. */
function isAboutObject(error: unknown): boolean {
  const codes = ['object-not-found', 'object-too-large', 'object-exists', 'invalid-key', 'integrity-failed'] as const;
  return codes.some((code) => AdcsBackupError.is(error, code));
}

function noneLeft(location: string): AdcsBackupError {
  return new AdcsBackupError('sink-unreachable', `none of the sinks is left: ${location}`);
}
