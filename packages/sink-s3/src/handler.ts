import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { Socket } from 'node:net';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Call } from './call.ts';
import { silentLogger } from './silent-logger.ts';

type Handle = NodeHttpHandler['handle'];

const connectionTimeoutMs = 10_000;

/** The SDK's own handler, which also tells a {@link Call} of its answer, and finds proxies. */
export class S3Handler extends NodeHttpHandler {
  constructor() {
    // Unlimited, as by default: requests that wait for a socket would run into the connection timeout.
    const agentOptions = { keepAlive: true, proxyEnv: process.env };
    super({
      connectionTimeout: connectionTimeoutMs,
      // A timer of its own watches for sockets without progress.
      socketTimeout: 0,
      httpAgent: new Agent(agentOptions),
      httpsAgent: new TlsAgent(agentOptions),
      logger: silentLogger,
    });
  }

  override async handle(...[request, options]: Parameters<Handle>): ReturnType<Handle> {
    const result = await super.handle(request, options);
    const call: unknown = Reflect.get(Object(options), 'call');
    if (call instanceof Call) call.answered(result.response.headers, socketOf(result.response.body));
    return result;
  }
}

function socketOf(body: unknown): Socket | undefined {
  const socket: unknown = Reflect.get(Object(body), 'socket');
  /* v8 ignore next -- @preserve the body of Node's answers always has its socket */
  return socket instanceof Socket ? socket : undefined;
}
