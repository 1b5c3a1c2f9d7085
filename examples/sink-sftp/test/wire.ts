import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { SftpAccess } from '@adcs-backup/test-servers';

/** The wire between client and server: it can be cut, or go silent. */
export class Wire implements AsyncDisposable {
  /** The server at the other end, as the client sees it. */
  readonly access: SftpAccess;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #connections = 0;
  #toServerBytes = Number.POSITIVE_INFINITY;
  #isSilent = false;

  private constructor(server: Server, access: SftpAccess) {
    this.#server = server;
    this.access = access;
  }

  static async to(access: SftpAccess): Promise<Wire> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('a server without a port');
    await appendFile(access.knownHostsFile, `[127.0.0.1]:${address.port} ${access.hostKey}\n`);
    const wire = new Wire(server, { ...access, port: address.port });
    server.on('connection', (client) => wire.#join(client, connect(access.port, access.host)));
    return wire;
  }

  /** How many were ever made. */
  get connections(): number {
    return this.#connections;
  }

  /** Breaks all connections when so many bytes more have gone to the server; later ones stay whole. */
  cutAfter(bytes: number): void {
    this.#toServerBytes = bytes;
  }

  /** Nothing gets through any more, and nobody is told. */
  goSilent(): void {
    this.#isSilent = true;
  }

  /** Breaks all connections, and takes no new ones. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#cut();
    await once(this.#server, 'close');
  }

  #join(client: Socket, server: Socket): void {
    this.#connections += 1;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.on('end', () => to.end());
      from.on('data', (chunk) => this.#pass(chunk, to, to === server));
    }
  }

  #pass(chunk: Buffer, to: Socket, isUp: boolean): void {
    if (this.#isSilent) return;
    to.write(chunk);
    if (!isUp) return;
    this.#toServerBytes -= chunk.byteLength;
    if (this.#toServerBytes > 0) return;
    this.#toServerBytes = Number.POSITIVE_INFINITY;
    this.#cut();
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }
}
