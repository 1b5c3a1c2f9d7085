import { closeSync, openSync, writeSync } from 'node:fs';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';

export type LogLevel = 'info' | 'warning' | 'error';

/**
 * The file of `--log-file`: lines with a time, for runs that nobody watches. Each line is appended
 * synchronously, so that the last one before the process ends is there; volumes are small.
 */
export class LogFile {
  readonly #path: string;
  readonly #fd: number;
  #isBroken = false;

  private constructor(path: string, fd: number) {
    this.#path = path;
    this.#fd = fd;
  }

  /** @throws `invalid-configuration` when the file can't be appended to */
  static open(path: string): LogFile {
    try {
      return new LogFile(path, openSync(path, 'a', 0o600));
    } catch (error) {
      throw new AdcsBackupError('invalid-configuration', `log file ${path} can't be opened: ${messageOf(error)}`, {
        hint: 'Name a file in an existing folder that you may write to.',
        cause: error,
      });
    }
  }

  /** Returns what failed, once: a full log disk must not end a backup. */
  append(level: LogLevel, text: string): string | undefined {
    if (this.#isBroken) return undefined;
    const lines = text.split('\n').map((line) => `${new Date().toISOString()} ${level.padEnd(7)} ${line}\n`);
    try {
      writeSync(this.#fd, lines.join(''));
      return undefined;
    } catch (error) {
      this.#isBroken = true;
      return `log file ${this.#path} can't be written any more: ${messageOf(error)}`;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
