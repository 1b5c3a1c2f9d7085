import { AdcsBackupError } from '../errors.ts';

/** Nobody waits longer than this for a sink of which no call succeeds: 15 minutes. */
export const STALL_MS: number = 15 * 60_000;

/** Watches the calls of one sink: as long as any of them succeeds now and then, none is given up. */
export class StallWatch {
  readonly #location: string;
  readonly #stallMs: number;
  #progressAt = 0;

  constructor(location: string, stallMs: number) {
    this.#location = location;
    this.#stallMs = stallMs;
  }

  progressed(): void {
    this.#progressAt = performance.now();
  }

  /** Settles as `call` does. @throws `sink-unreachable` when it doesn't, and no other call succeeds either */
  async watch<T>(call: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const begunAt = performance.now();
    const stalled = new Promise<never>((_resolve, reject) => {
      const look = (): void => {
        const idleMs = performance.now() - Math.max(begunAt, this.#progressAt);
        if (idleMs >= this.#stallMs) reject(this.#error());
        else timer = setTimeout(look, this.#stallMs - idleMs);
      };
      look();
    });
    try {
      const result = await Promise.race([call, stalled]);
      this.progressed();
      return result;
    } finally {
      clearTimeout(timer);
    }
  }

  #error(): AdcsBackupError {
    const seconds = Math.round(this.#stallMs / 1000);
    return new AdcsBackupError('sink-unreachable', `${this.#location} made no progress for ${seconds} s`, {
      hint: 'Check the network and the storage; --retry-for says how long a sink is waited for.',
    });
  }
}
