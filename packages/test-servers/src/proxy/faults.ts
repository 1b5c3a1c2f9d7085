import type { IncomingHttpHeaders } from 'node:http';

/** What a proxy can do to a request, and to which. */

/** A request as the proxy saw it, whatever became of it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** What the client was answered, once it has got all of it. */
  readonly status: number | undefined;
}

export type Fault =
  /** The connection is reset before the server hears of the request. */
  | { readonly kind: 'refuse' }
  /** The server gets this many bytes of the body, then both connections are reset. */
  | { readonly kind: 'cut-request'; readonly afterBytes: number }
  /** The client gets this many bytes of the answer's body, then its connection is reset. */
  | { readonly kind: 'cut-response'; readonly afterBytes: number }
  /** The server does what it is asked, and has answered; the client's connection is reset. */
  | { readonly kind: 'lose-reply' }
  /** The server doesn't hear of the request, the client of no answer. */
  | { readonly kind: 'stall' }
  /** This answer, instead of the server's. */
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Headers; readonly body?: string }
  /** This long before the request is passed on. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Both bodies at this pace. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number };

type Headers = Readonly<Record<string, string>>;

export interface FaultRule {
  /** None: the request passes. */
  readonly fault?: Fault;
  /** Called for each request that meets the fault, before it does. */
  readonly onMeet?: () => void;
  /** Which requests; all of them unless given. */
  readonly when?: (request: SeenRequest) => boolean;
  /** How many of these pass unharmed first; default 0. */
  readonly after?: number;
  /** How many of them meet the fault; all further ones unless given. */
  readonly times?: number;
}

/** The faults that are still to come: the first rule that fits a request decides. */
export class FaultPlan {
  #rules: { readonly rule: FaultRule; matches: number }[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, matches: 0 });
  }

  clear(): void {
    this.#rules = [];
  }

  faultFor(request: SeenRequest): Fault | undefined {
    for (const entry of this.#rules) {
      const { when = () => true, after = 0, times = Number.POSITIVE_INFINITY, fault, onMeet } = entry.rule;
      if (!when(request)) continue;
      entry.matches += 1;
      if (entry.matches <= after || entry.matches > after + times) continue;
      onMeet?.();
      return fault;
    }
    return undefined;
  }
}
