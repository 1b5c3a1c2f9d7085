import { AdcsBackupError } from '../errors.ts';
import type {
  BackupSink,
  CallOptions,
  GetOptions,
  ObjectVersion,
  PutOptions,
  SinkSetting,
  SinkSupports,
  StoredObject,
} from '../sink/backup-sink.ts';
import type { ObjectKey } from '../sink/keys.ts';
import type { SinkCall, SinkMethod } from './memory-sink.ts';

/**
 * What a faulty call does:
 *
 * - `before`: rejects, the wrapped sink is not called;
 * - `after`: the wrapped sink does its work, then the call rejects all the same: the reply was lost
 *   (a put has landed; a listing has given every object and fails instead of ending);
 * - `hang`: never settles until its signal aborts, then rejects with the signal's reason; the wrapped
 *   sink is not called;
 * - `cutAfter`: for `list`: gives that many objects, then rejects; for other methods like `before`.
 */
export type FaultKind = 'before' | 'after' | 'hang' | { readonly cutAfter: number };

export interface Fault {
  readonly method: SinkMethod;
  /** Counts only calls whose key (for `list`: prefix) matches; default: every call of the method. */
  readonly key?: RegExp;
  /** The first call that is faulty, counted from 1 since the fault was injected; default 1. */
  readonly nth?: number;
  /** How many calls are faulty from then on; default 1, `Infinity` for all. */
  readonly times?: number;
  /** Default `before`. */
  readonly kind?: FaultKind;
  /** Makes what the call rejects with; default: a retryable `sink-unreachable`. */
  readonly error?: (call: SinkCall) => unknown;
}

interface ArmedFault extends Fault {
  counted: number;
}

/**
 * Wraps any sink; chosen calls fail, hang or lose their reply, all others pass through.
 *
 * ```ts
 * const sink = new FaultySink(new MemorySink());
 * sink.inject({ method: 'put', key: /pack-/, nth: 3, kind: 'after' });
 * ```
 * The third put of a pack lands in the memory sink, and its caller gets a retryable `sink-unreachable`.
 * Where several faults meet in one call, all count it and the one injected first decides.
 */
export class FaultySink implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports;
  /** Every call that arrived, faulty or not. A listing arrives with its first `next()`. */
  readonly calls: SinkCall[] = [];
  readonly #sink: BackupSink;
  readonly #faults: ArmedFault[] = [];

  constructor(sink: BackupSink, faults: readonly Fault[] = []) {
    this.#sink = sink;
    this.location = sink.location;
    this.supports = sink.supports;
    for (const fault of faults) this.inject(fault);
  }

  inject(fault: Fault): void {
    this.#faults.push({ ...fault, counted: 0 });
  }

  /** How many calls of a method arrived so far. */
  count(method: SinkMethod): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  async put(key: ObjectKey, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    return await this.#pass({ method: 'put', key }, options, () => this.#sink.put(key, body, options));
  }

  async get(key: ObjectKey, options: GetOptions = {}): Promise<Uint8Array> {
    return await this.#pass({ method: 'get', key }, options, () => this.#sink.get(key, options));
  }

  async stat(key: ObjectKey, options: CallOptions = {}): Promise<StoredObject | undefined> {
    return await this.#pass({ method: 'stat', key }, options, () => this.#sink.stat(key, options));
  }

  async *list(prefix: string, options: CallOptions = {}): AsyncGenerator<StoredObject, void, undefined> {
    const call: SinkCall = { method: 'list', key: prefix };
    const fault = this.#arrive(call);
    const kind = fault?.kind ?? 'before';
    if (fault !== undefined && typeof kind === 'string') await failBefore(fault, call, options);
    let given = 0;
    for await (const object of this.#sink.list(prefix, options)) {
      if (fault !== undefined && typeof kind === 'object' && given === kind.cutAfter) throw errorOf(fault, call);
      yield object;
      given += 1;
    }
    if (fault !== undefined) throw errorOf(fault, call);
  }

  async delete(key: ObjectKey, options: CallOptions = {}): Promise<void> {
    await this.#pass({ method: 'delete', key }, options, () => this.#sink.delete(key, options));
  }

  async versions(key: ObjectKey, options: CallOptions = {}): Promise<readonly ObjectVersion[]> {
    const work = async (): Promise<readonly ObjectVersion[]> => (await this.#sink.versions?.(key, options)) ?? [];
    return await this.#pass({ method: 'versions', key }, options, work);
  }

  async settings(options: CallOptions = {}): Promise<readonly SinkSetting[]> {
    const work = async (): Promise<readonly SinkSetting[]> => (await this.#sink.settings?.(options)) ?? [];
    return await this.#pass({ method: 'settings', key: '' }, options, work);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sink[Symbol.asyncDispose]();
  }

  async #pass<T>(call: SinkCall, options: CallOptions, work: () => Promise<T>): Promise<T> {
    const fault = this.#arrive(call);
    if (fault === undefined) return await work();
    await failBefore(fault, call, options);
    await work();
    throw errorOf(fault, call);
  }

  #arrive(call: SinkCall): Fault | undefined {
    this.calls.push(call);
    const faulty = this.#faults.filter((fault) => {
      if (fault.method !== call.method || (fault.key !== undefined && call.key.search(fault.key) < 0)) return false;
      fault.counted += 1;
      const nth = fault.nth ?? 1;
      return fault.counted >= nth && fault.counted < nth + (fault.times ?? 1);
    });
    return faulty[0];
  }
}

/** Rejects unless the fault comes after the work. */
async function failBefore(fault: Fault, call: SinkCall, options: CallOptions): Promise<void> {
  options.signal?.throwIfAborted();
  if (fault.kind === 'after') return;
  if (fault.kind === 'hang') await aborted(options.signal);
  throw errorOf(fault, call);
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function errorOf(fault: Fault, call: SinkCall): unknown {
  if (fault.error !== undefined) return fault.error(call);
  const message = `${call.method} ${JSON.stringify(call.key)}: the sink can't be reached (injected fault)`;
  return new AdcsBackupError('sink-unreachable', message, { retryable: true });
}
