import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { invalidConfiguration } from './refusals.ts';

const connectMs = 10_000;
const idleMs = 60_000;

/** How long a server may take, in milliseconds. */
export interface Patience {
  /** Until a connection stands; default 10,000. */
  readonly connectMs?: number;
  /** Without a byte in either direction; default 60,000. */
  readonly idleMs?: number;
}

type Created = (error: Error | null, socket: Duplex) => void;
type Agent = HttpAgent | HttpsAgent;

/**
 * Keeps connections, gives up on those that make no progress, goes through the proxies that `HTTPS_PROXY`, `HTTP_PROXY`
 * and `NO_PROXY` name.
 * @throws `invalid-configuration` for variables that name none
 */
export function agentFor(endpoint: URL, patience: Patience = {}): Agent {
  // proxyEnv came with Node 22.21; the published types are older.
  const options: AgentOptions & { readonly proxyEnv: NodeJS.ProcessEnv } = {
    keepAlive: true,
    timeout: patience.idleMs ?? idleMs,
    proxyEnv: process.env,
  };
  const agent = makeAgent(endpoint, options);
  watchConnections(agent, patience);
  return agent;
}

function makeAgent(endpoint: URL, options: AgentOptions): Agent {
  try {
    return endpoint.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
  } catch {
    // What Node says repeats the address, which may hold a password.
    throw invalidConfiguration(
      'a proxy has no address',
      'Correct HTTPS_PROXY or HTTP_PROXY: http://proxy.example:3128.',
    );
  }
}

function watchConnections(agent: Agent, patience: Patience): void {
  const reuse = agent.reuseSocket.bind(agent);
  // A server that says how long it keeps a connection shortens its timeout: in use, it has ours again.
  agent.reuseSocket = (socket, request) => {
    if (socket instanceof Socket) socket.setTimeout(patience.idleMs ?? idleMs);
    reuse(socket, request);
  };
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options: RequestOptions, callback?: Created) => {
    // Through a proxy the connection to the server comes by the callback, the one to the proxy at once.
    const socket = create(options, (error, created) => {
      if (created) watchIdle(created, patience);
      callback?.(error, created);
    });
    if (socket) {
      watchConnecting(socket, patience);
      watchIdle(socket, patience);
    }
    return socket;
  };
}

function watchConnecting(socket: Duplex, patience: Patience): void {
  const limitMs = patience.connectMs ?? connectMs;
  const timer = setTimeout(() => socket.destroy(timedOut(`no connection in ${limitMs / 1000} s`)), limitMs);
  const stop = (): void => clearTimeout(timer);
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', stop).once('close', stop);
}

/** The agent sets the time after which a socket says `timeout`. */
function watchIdle(socket: Duplex, patience: Patience): void {
  socket.on('timeout', () => socket.destroy(timedOut(`no progress in ${(patience.idleMs ?? idleMs) / 1000} s`)));
}

function timedOut(message: string): Error {
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' });
}
