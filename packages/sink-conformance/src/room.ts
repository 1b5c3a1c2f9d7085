import { randomBytes } from 'node:crypto';
import { messageOf } from '@adcs-backup/core';
import { type BackupSink, type ObjectKey, objectKey } from '@adcs-backup/core/sink';
import { sideBySide } from './side-by-side.ts';
import type { CompleteSubject } from './subject.ts';

/**
 * Where one check runs: keys below a prefix that nobody else has, and a sink. Both are cleaned up after it, the
 * objects only if the credentials may delete.
 */
export class Room {
  readonly subject: CompleteSubject;
  readonly sink: BackupSink;
  /** Sorts before the folders of sets, so that a listing of everything comes to it soon. */
  readonly prefix: string;
  readonly #keys = new Set<ObjectKey>();
  readonly #opened: BackupSink[];

  private constructor(subject: CompleteSubject, sink: BackupSink) {
    this.subject = subject;
    this.sink = sink;
    this.prefix = `${subject.prefix}${randomBytes(4).toString('hex')}/`;
    this.#opened = [sink];
  }

  /** Runs `body` in a new room, then deletes the objects that it made. */
  static async use(subject: CompleteSubject, body: (room: Room) => Promise<void>): Promise<void> {
    const room = new Room(subject, await subject.open());
    try {
      await body(room);
    } catch (error) {
      await room.#leaveAfter(error);
      throw error;
    }
    await room.#leave();
  }

  /** The key of an object that the check may put; it is deleted in the end. */
  readonly key = (name: string): ObjectKey => {
    const key = objectKey(this.prefix + name);
    this.#keys.add(key);
    return key;
  };

  /** Another sink on the same place. */
  readonly open = async (): Promise<BackupSink> => {
    const sink = await this.subject.open();
    this.#opened.push(sink);
    return sink;
  };

  async #leaveAfter(error: unknown): Promise<void> {
    try {
      await this.#leave();
    } catch (later) {
      const message = `${messageOf(error)}\nCleaning up failed, too, and objects ${this.prefix}* may be left: ${messageOf(later)}`;
      throw new AggregateError([error, later], message, { cause: error });
    }
  }

  /** By a sink of its own: the check may have disposed of the others. */
  async #leave(): Promise<void> {
    if (this.subject.canDelete) {
      const sink = await this.open();
      await sideBySide([...this.#keys], (key) => sink.delete(key));
    }
    for (const opened of this.#opened) await opened[Symbol.asyncDispose]();
  }
}
