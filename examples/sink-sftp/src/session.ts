import type { FileEntryWithStats, Stats } from 'ssh2';
import { status, statusOf } from './errors.ts';
import { extensionMissingError } from './refusals.ts';
import type { Requests } from './requests.ts';

/** An open file of the server, by the name that the server gave it. */
export type Handle = Buffer;

/** Part of a file, and the memory for it. */
export interface Span {
  readonly buffer: Buffer;
  /** In the buffer. */
  readonly offset: number;
  readonly length: number;
  /** In the file. */
  readonly position: number;
}

interface Space {
  readonly f_bavail: number;
  readonly f_frsize: number;
}

/** How long a server may take to answer after an abort, and to hang up in the end. */
const patienceMs = 5000;

/** SFTP's verbs on one connection, one request each. */
export class Session {
  readonly #requests: Requests;
  readonly #server: string;
  #canPut: Promise<void> | undefined;

  /** `server` is for messages. */
  constructor(requests: Requests, server: string) {
    this.#requests = requests;
    this.#server = server;
  }

  get isOpen(): boolean {
    return this.#requests.isOpen;
  }

  /** Makes sure that the server can flush files and link them. @throws `sink-denied` */
  async checkCanPut(): Promise<void> {
    this.#canPut ??= this.#checkExtensions();
    await this.#canPut;
  }

  async open(path: string): Promise<Handle> {
    return await this.#requests.ask((sftp, done) => sftp.open(path, 'r', done));
  }

  /** Makes a new file, readable by the owner and the group. */
  async create(path: string): Promise<Handle> {
    return await this.#requests.ask((sftp, done) => sftp.open(path, 'wx', { mode: 0o640 }, done));
  }

  async close(handle: Handle): Promise<void> {
    await this.#requests.tell((sftp, done) => sftp.close(handle, done));
  }

  /** How many bytes came; 0 at the end of the file. */
  async read(handle: Handle, { buffer, offset, length, position }: Span): Promise<number> {
    return await this.#requests.ask((sftp, done) => sftp.read(handle, buffer, offset, length, position, done));
  }

  async write(handle: Handle, { buffer, offset, length, position }: Span): Promise<void> {
    await this.#requests.tell((sftp, done) => sftp.write(handle, buffer, offset, length, position, done));
  }

  async flush(handle: Handle): Promise<void> {
    await this.#requests.tell((sftp, done) => sftp.ext_openssh_fsync(handle, done));
  }

  async statOpen(handle: Handle): Promise<Stats> {
    return await this.#requests.ask((sftp, done) => sftp.fstat(handle, done));
  }

  async stat(path: string): Promise<Stats> {
    return await this.#requests.ask((sftp, done) => sftp.stat(path, done));
  }

  async readFolder(path: string): Promise<readonly FileEntryWithStats[]> {
    return await this.#requests.ask((sftp, done) => sftp.readdir(path, done));
  }

  async makeFolder(path: string): Promise<void> {
    await this.#requests.tell((sftp, done) => sftp.mkdir(path, { mode: 0o750 }, done));
  }

  async removeFolder(path: string): Promise<void> {
    await this.#requests.tell((sftp, done) => sftp.rmdir(path, done));
  }

  async remove(path: string): Promise<void> {
    await this.#requests.tell((sftp, done) => sftp.unlink(path, done));
  }

  /** Gives a file a second name, unless something has it. */
  async link(path: string, name: string): Promise<void> {
    await this.#requests.tell((sftp, done) => sftp.ext_openssh_hardlink(path, name, done));
  }

  async freeBytes(path: string): Promise<number> {
    const space = await this.#requests.ask<Space>((sftp, done) => sftp.ext_openssh_statvfs(path, done));
    return space.f_bavail * space.f_frsize;
  }

  /** For the time of `work`: a server that doesn't answer within `patienceMs` after an abort is hung up on. */
  async whileHeard<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const hangUp = (): void => this.#requests.break(new Error('no answer after the call was aborted'));
    const onAbort = (): void => {
      timer = setTimeout(hangUp, patienceMs);
    };
    signal?.addEventListener('abort', onAbort);
    try {
      return await work();
    } finally {
      signal?.removeEventListener('abort', onAbort);
      clearTimeout(timer);
    }
  }

  async end(): Promise<void> {
    await this.#requests.close(patienceMs);
  }

  async #checkExtensions(): Promise<void> {
    // ssh2 refuses at once what the server didn't announce. What it did announce answers that nothing is there.
    const none = Buffer.from('none');
    const probes: Readonly<Record<string, Promise<void>>> = {
      'fsync@openssh.com': this.flush(none),
      'hardlink@openssh.com': this.link('.tmp-none~', '.tmp-none-either~'),
    };
    const results = await Promise.allSettled(Object.values(probes));
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') continue;
      const answer = statusOf(result.reason);
      if (answer !== undefined && answer !== status.unsupported) continue;
      if (!this.isOpen) throw result.reason;
      throw extensionMissingError(this.#server, Object.keys(probes)[index] ?? '');
    }
  }
}
