import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { cleanUpAfter, diskError } from './errors.ts';
import { errnoOf, type FileSystem, tolerate } from './file-system.ts';
import { existsError, isFolderError, takenOverError } from './refusals.ts';

/** A complete, flushed temp file that shall become `target`. */
export interface Publication {
  /** For messages. */
  readonly what: string;
  readonly temp: string;
  readonly target: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Publishes where hard links aren't supported, and rename, which replaces, is all there is.
 *
 * Writers of one key meet in the folder `<key>.claim~`: each moves its file there under a name never used
 * before, then looks around. Alone, and nothing stored yet: it renames its file to the key. Not alone: it
 * takes its file back, waits a random while, tries again. Of two writers the later one to move in sees
 * the other, so never do both go on.
 *
 * A writer that died leaves its file in the folder. Whoever has seen it there for `patienceMs` deletes it.
 * This is safe even if its owner is only slow: its rename then fails, since the file renamed is the claim.
 * No clock of the disk is asked.
 */
export class ClaimPublisher {
  readonly #fileSystem: FileSystem;
  readonly #patienceMs: number;

  constructor(fileSystem: FileSystem, patienceMs: number) {
    this.#fileSystem = fileSystem;
    this.#patienceMs = patienceMs;
  }

  /** @throws `object-exists`, or `sink-failed`, retryable, when another writer lost its patience with this one */
  async publish(publication: Publication): Promise<void> {
    const { what, target, signal } = publication;
    const folder = `${target}.claim~`;
    const seenAt = new Map<string, number>();
    try {
      for (let round = 0; !(await this.#tryOnce(publication, seenAt)); round += 1) {
        await setTimeout(Math.random() * Math.min(200, 4 * 2 ** round), undefined, { signal });
        await this.#checkAbsent(publication);
      }
    } catch (error) {
      throw await cleanUpAfter(diskError(`can't store ${what}`, error), this.#removeIfEmpty(folder));
    }
    await this.#removeIfEmpty(folder);
  }

  async #removeIfEmpty(folder: string): Promise<void> {
    await tolerate(this.#fileSystem.rmdir(folder), ['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EBUSY', 'EPERM', 'EACCES']);
  }

  /** False: another writer is there; the file is back at `temp`, as it is after a failure. */
  async #tryOnce(publication: Publication, seenAt: Map<string, number>): Promise<boolean> {
    const { what, temp, target, signal } = publication;
    const folder = `${target}.claim~`;
    const name = randomBytes(8).toString('hex');
    const claim = join(folder, name);
    await this.#moveIn(temp, claim, folder);
    try {
      signal?.throwIfAborted();
      const others = (await this.#fileSystem.readdir(folder)).filter((other) => other !== name);
      if (await this.#someoneAlive(folder, others, seenAt)) {
        await this.#move(claim, temp, what);
        return false;
      }
      await this.#checkAbsent(publication);
      await this.#move(claim, target, what);
      return true;
    } catch (error) {
      const takenBack = tolerate(this.#fileSystem.rename(claim, temp), ['ENOENT']);
      throw await cleanUpAfter(diskError(`can't store ${what}`, error), takenBack);
    }
  }

  async #moveIn(temp: string, claim: string, folder: string): Promise<void> {
    for (;;) {
      await tolerate(this.#fileSystem.mkdir(folder, { mode: 0o700 }), ['EEXIST']);
      try {
        await this.#fileSystem.rename(temp, claim);
        return;
      } catch (error) {
        // The writer before us removed the folder between the two calls.
        if (errnoOf(error) !== 'ENOENT') throw error;
        await this.#fileSystem.lstat(temp);
      }
    }
  }

  async #someoneAlive(folder: string, others: readonly string[], seenAt: Map<string, number>): Promise<boolean> {
    let isAlive = false;
    for (const other of others) {
      const firstSeen = seenAt.get(other) ?? performance.now();
      seenAt.set(other, firstSeen);
      if (performance.now() - firstSeen < this.#patienceMs) isAlive = true;
      else await tolerate(this.#fileSystem.unlink(join(folder, other)), ['ENOENT']);
    }
    return isAlive;
  }

  async #move(claim: string, to: string, what: string): Promise<void> {
    try {
      await this.#fileSystem.rename(claim, to);
    } catch (error) {
      throw errnoOf(error) === 'ENOENT' ? takenOverError(what, error) : error;
    }
  }

  async #checkAbsent({ target, what }: Publication): Promise<void> {
    try {
      const found = await this.#fileSystem.lstat(target);
      throw found.isDirectory() ? isFolderError(what) : existsError(what);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}
