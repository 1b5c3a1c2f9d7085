import type { BackupSink, CallOptions } from '../sink/backup-sink.ts';
import { lockedSink } from '../sink/locked-sink.ts';
import { withRetry } from '../sink/retry.ts';
import type { RetryPolicy, SinkRetry } from '../sink/retry-policy.ts';
import { listSets, type SetEntry } from '../store/catalogue.ts';
import { DEFAULT_CHAIN_MAX_AGE_MS } from '../store/chain-lock.ts';
import { SinkGroup } from './sink-group.ts';
import { SinkMember } from './sink-member.ts';
import { STALL_MS } from './stall-watch.ts';

/** Before the session nobody waits long for a sink: what is dead then is told within half a minute. */
const FIRST_LOOK_RETRY_MS = 15_000;
const FIRST_LOOK_STALL_MS = 25_000;

export interface RunSinksOptions {
  readonly sinks: readonly BackupSink[];
  readonly retry?: RetryPolicy;
  readonly sinkStallMs?: number;
  readonly chainMaxAgeMs?: number;
  /** Every sink must be able to lock, then. */
  readonly lockForMs?: number;
  readonly clock?: { now(): Date };
}

/** A sink that a run goes on without. */
export interface DroppedSink {
  readonly location: string;
  readonly error: unknown;
}

/** The sinks of a run, and which of them it goes on without. */
export class RunSinks {
  /** What the run stores in and reads from. */
  readonly group: SinkGroup;
  /** In the order in which they were named, dropped ones too. */
  readonly members: readonly SinkMember[];
  readonly #dropped: Map<SinkMember, DroppedSink> = new Map();
  readonly #firstLook: SinkGroup;
  #onDrop: (dropped: DroppedSink) => void = () => undefined;

  /** @throws `invalid-usage` when objects are to be locked in a sink that can't */
  constructor(options: RunSinksOptions) {
    const { retry, sinkStallMs = STALL_MS } = options;
    const sinks = lockedSinks(options);
    this.members = sinks.map((sink) => memberOf(sink, retry, sinkStallMs));
    this.group = new SinkGroup(this.members, (member, error) => this.#drop(member, error));
    const quick = new Map(
      sinks.map((sink, index) => [
        memberOf(sink, hurried(retry), Math.min(sinkStallMs, FIRST_LOOK_STALL_MS)),
        this.members[index],
      ]),
    );
    this.#firstLook = new SinkGroup([...quick.keys()], (member, error) => {
      const dropped = quick.get(member);
      if (dropped !== undefined) this.group.drop(dropped, error);
    });
  }

  /** Every sealed set in any of the sinks. A dead or refused sink shows here, before the CA is asked for anything. */
  async listSets({ signal }: CallOptions): Promise<readonly SetEntry[]> {
    return await listSets(this.#firstLook, { signal });
  }

  /** Sinks that the run goes on without, in the order in which they failed. */
  get dropped(): readonly DroppedSink[] {
    return [...this.#dropped.values()];
  }

  /** What is missing in all sinks that are left may be in one that the run lost: then this is why. */
  get lossError(): unknown {
    return this.dropped[0]?.error;
  }

  /** Why the run goes on without this one; undefined when it doesn't. */
  droppedFor(member: SinkMember): DroppedSink | undefined {
    return this.#dropped.get(member);
  }

  /** Tells of each sink that was dropped before, and from now on. */
  tellDropped(onDrop: (dropped: DroppedSink) => void): void {
    for (const dropped of this.#dropped.values()) onDrop(dropped);
    this.#onDrop = onDrop;
  }

  #drop(member: SinkMember, error: unknown): void {
    const dropped = { location: member.location, error };
    this.#dropped.set(member, dropped);
    this.#onDrop(dropped);
  }
}

function lockedSinks(options: RunSinksOptions): readonly BackupSink[] {
  const { sinks, lockForMs, chainMaxAgeMs = DEFAULT_CHAIN_MAX_AGE_MS, clock } = options;
  if (lockForMs === undefined) return sinks;
  const lock = { chainMaxAgeMs, lockForMs, ...(clock === undefined ? {} : { now: () => clock.now() }) };
  return sinks.map((sink) => lockedSink(sink, lock));
}

/** Told of what fails and is made again: should nothing succeed any more, that is why. */
function memberOf(sink: BackupSink, retry: RetryPolicy | undefined, stallMs: number): SinkMember {
  if (retry === undefined) return new SinkMember(sink, stallMs);
  const onRetry = (failure: SinkRetry): void => {
    member.failed(failure.error);
    retry.onRetry?.(failure);
  };
  const member = new SinkMember(withRetry(sink, { ...retry, onRetry }), stallMs);
  return member;
}

function hurried(retry: RetryPolicy | undefined): RetryPolicy | undefined {
  if (retry === undefined) return undefined;
  return { ...retry, retryForMs: Math.min(retry.retryForMs ?? FIRST_LOOK_RETRY_MS, FIRST_LOOK_RETRY_MS) };
}
