import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logGeneration } from '@adcs-backup/ese';

/** SHA-256 by generation. */
export type LogDigests = ReadonlyMap<number, string>;

/** Every closed log that a CA ever had in the history that it is in, deleted ones too. */
export class LogArchive {
  readonly #folder: string;
  #digests: Map<number, string> = new Map();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes down what is new on the CA's disk. Resolves with the generations that lie there, ascending. */
  async look(): Promise<readonly number[]> {
    const generations: number[] = [];
    for (const name of await readdir(this.#folder)) {
      const generation = logGeneration(name);
      if (generation === undefined) continue;
      generations.push(generation);
      if (!this.#digests.has(generation)) this.#digests.set(generation, await sha256Of(join(this.#folder, name)));
    }
    return generations.sort((one, other) => one - other);
  }

  /** Takes down logs that were closed and deleted between two looks, by what was handed out of them. */
  add(handedOut: ReadonlyMap<string, string>): void {
    for (const [name, sha256] of handedOut) {
      const generation = logGeneration(name);
      if (generation !== undefined && !this.#digests.has(generation)) this.#digests.set(generation, sha256);
    }
  }

  /** As it is now. */
  copy(): LogDigests {
    return new Map(this.#digests);
  }

  /** The CA went back: what came after is no part of its history any more. */
  returnTo(digests: LogDigests): void {
    this.#digests = new Map(digests);
  }
}

export async function sha256Of(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
