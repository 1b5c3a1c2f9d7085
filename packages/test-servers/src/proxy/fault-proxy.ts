import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { cutAfter, paced } from './body-streams.ts';
import { Exchange } from './exchange.ts';
import { type Fault, FaultPlan, type FaultRule, type SeenRequest } from './faults.ts';

/**
 * Stands between a client and an HTTP server, and does to requests what networks and tired servers do. Headers pass
 * as they are, the host's name too: what is signed for the proxy's address, the server accepts.
 */
export class FaultProxy implements AsyncDisposable {
  /** `http://127.0.0.1:PORT`, and the path of the server's own endpoint. */
  readonly endpoint: string;
  readonly #upstream: URL;
  readonly #port: number;
  readonly #plan = new FaultPlan();
  readonly #seen: SeenRequest[] = [];
  #server: Server | undefined;

  private constructor(upstream: URL, port: number) {
    this.#upstream = upstream;
    this.#port = port;
    this.endpoint = `http://127.0.0.1:${port}${upstream.pathname.replace(/\/$/, '')}`;
  }

  /** In front of the server at `endpoint`, an `http:` URL. */
  static async start(endpoint: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(endpoint), await freePort());
    await proxy.goUp();
    return proxy;
  }

  /** Every request so far, the harmed ones too. */
  get seen(): readonly SeenRequest[] {
    return this.#seen;
  }

  /** Rules are tried in the order of these calls. */
  add(rule: FaultRule): void {
    this.#plan.add(rule);
  }

  /** All requests pass again. */
  clear(): void {
    this.#plan.clear();
  }

  /** From now on connections are refused; open ones are broken. */
  async goDown(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** On the same port. */
  async goUp(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 });
    const handle = (asked: IncomingMessage, answer: ServerResponse): void => void this.#handle(asked, answer);
    // Without a listener of its own, Node would ask for the body before the server has agreed to it.
    server.on('request', handle).on('checkContinue', handle);
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.goDown();
  }

  async #handle(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = asked;
    const seen = { method, path, headers, status: undefined as number | undefined };
    this.#seen.push(seen);
    answer.once('finish', () => {
      seen.status = answer.statusCode;
    });
    const exchange = new Exchange(this.#upstream, asked, answer);
    const fault = this.#plan.faultFor(seen);
    try {
      if (fault?.kind === 'answer') await reply(fault, asked, answer);
      else await suffer(fault, exchange);
    } catch {
      // A broken connection, planned or not: the other side sees it break, too.
      exchange.reset();
    }
  }
}

async function suffer(fault: Exclude<Fault, { kind: 'answer' }> | undefined, exchange: Exchange): Promise<void> {
  if (fault?.kind === 'refuse') return exchange.reset();
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'lose-reply') return await exchange.loseReply();
  if (fault?.kind === 'delay') await setTimeout(fault.ms);
  if (fault?.kind === 'cut-request') exchange.asking = cutAfter(fault.afterBytes);
  if (fault?.kind === 'cut-response') exchange.answering = cutAfter(fault.afterBytes);
  if (fault?.kind === 'slow') {
    exchange.asking = paced(fault.bytesPerSecond);
    exchange.answering = paced(fault.bytesPerSecond);
  }
  await exchange.passOn();
}

/** After the request is read: a server that answers too early makes some clients see a broken connection only. */
async function reply(
  fault: Extract<Fault, { kind: 'answer' }>,
  asked: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  if (asked.headers.expect !== undefined) answer.writeContinue();
  for await (const _ of asked);
  answer.writeHead(fault.status, { ...fault.headers });
  answer.end(asked.method === 'HEAD' ? undefined : fault.body);
}
