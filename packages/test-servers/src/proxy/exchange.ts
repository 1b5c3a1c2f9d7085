import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { type BodyStep, unchanged } from './body-streams.ts';

/** One request on its way to the server, and the answer on its way back. */
export class Exchange {
  readonly #upstream: URL;
  readonly #asked: IncomingMessage;
  readonly #answer: ServerResponse;
  /** A message forgets its connection when it breaks. */
  readonly #connection: Socket;
  /** What happens to the bodies on their way. */
  asking: BodyStep = unchanged;
  answering: BodyStep = unchanged;
  #sent: ClientRequest | undefined;

  constructor(upstream: URL, asked: IncomingMessage, answer: ServerResponse) {
    this.#upstream = upstream;
    this.#asked = asked;
    this.#answer = answer;
    this.#connection = asked.socket;
  }

  /** Breaks what is open on both sides. */
  reset(): void {
    this.#sent?.socket?.resetAndDestroy();
    this.#connection.resetAndDestroy();
  }

  /** Everything as it comes, so that signatures hold: path, headers and the name of the host. */
  async passOn(): Promise<void> {
    const reply = await this.#ask();
    this.#answer.writeHead(reply.statusCode ?? 0, reply.statusMessage, reply.rawHeaders);
    // Otherwise a client waits for the head until the first byte of the body.
    this.#answer.flushHeaders();
    await pipeline(reply, this.answering, this.#answer);
  }

  /** The server does as it is asked; nobody hears of it. */
  async loseReply(): Promise<void> {
    for await (const _ of await this.#ask());
    this.reset();
  }

  async #ask(): Promise<IncomingMessage> {
    const { hostname, port } = this.#upstream;
    const { method, url, rawHeaders } = this.#asked;
    const sent = request({ hostname, port, method, path: url, headers: rawHeaders, setHost: false, agent: false });
    this.#sent = sent;
    // The promises below tell of the first one.
    sent.on('error', () => undefined);
    sent.on('continue', () => this.#answer.writeContinue());
    const replied = once(sent, 'response');
    const asked = pipeline(this.#asked, this.asking, sent);
    // An early answer, a refusal for example, may end the request before its body is through.
    await Promise.race([replied, asked.then(() => replied)]);
    const [reply] = await replied;
    return reply;
  }
}
