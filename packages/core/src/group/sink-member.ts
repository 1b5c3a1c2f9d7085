import type { AdcsBackupError } from '../errors.ts';
import type { BackupSink, CallOptions } from '../sink/backup-sink.ts';
import { StallWatch } from './stall-watch.ts';

/** What a member is asked for. */
export type Method<T> = (sink: BackupSink, signal: AbortSignal, member: SinkMember) => Promise<T>;

/** One sink of a run. Once dropped, it is asked for nothing more. */
export class SinkMember {
  readonly sink: BackupSink;
  readonly #watch: StallWatch;
  readonly #cancel: AbortController = new AbortController();
  readonly #signals: WeakMap<AbortSignal, AbortSignal> = new WeakMap();
  #dropped: boolean = false;

  constructor(sink: BackupSink, stallMs: number) {
    this.sink = sink;
    this.#watch = new StallWatch(sink.location, stallMs);
  }

  get location(): string {
    return this.sink.location;
  }

  get isLive(): boolean {
    return !this.#dropped;
  }

  /** Calls still under way are aborted: nothing of them may land any more, their buffers are used again. */
  drop(error: unknown): void {
    this.#dropped = true;
    this.#cancel.abort(error);
  }

  /** A part of a long call was done. */
  progressed(): void {
    this.#watch.progressed();
  }

  /** A call failed, and is made again. */
  failed(error: AdcsBackupError): void {
    this.#watch.failed(error);
  }

  async call<T>(method: Method<T>, options: CallOptions): Promise<T> {
    const signal = this.#signalWith(options.signal);
    return await this.#watch.watch(method(this.sink, signal, this), signal);
  }

  /** One for all calls with the same signal: each would stay registered with the run's. */
  #signalWith(signal: AbortSignal | undefined): AbortSignal {
    if (signal === undefined) return this.#cancel.signal;
    const known = this.#signals.get(signal);
    if (known !== undefined) return known;
    const either = AbortSignal.any([signal, this.#cancel.signal]);
    this.#signals.set(signal, either);
    return either;
  }
}
