import { writeSync } from 'node:fs';

/** Standard output or standard error; a reader that goes away never stops a run. */
export class Channel {
  readonly isTerminal: boolean;
  readonly #stream: NodeJS.WriteStream;
  readonly #fd: number;
  #failure: Error | undefined;

  constructor(stream: NodeJS.WriteStream, fd: number) {
    this.#stream = stream;
    this.#fd = fd;
    this.isTerminal = stream.isTTY === true;
    stream.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  /** Characters in a line of the terminal. */
  get columns(): number {
    return this.#stream.columns ?? 80;
  }

  write(text: string): void {
    if (this.#failure === undefined) this.#stream.write(text);
  }

  /** Before the process is ended from inside: what is written now isn't lost. Gives up on a full pipe. */
  writeNow(text: string): void {
    try {
      writeSync(this.#fd, text);
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Waits until everything is written. Resolves with what failed, unless the reader simply went away (`| head`). */
  async flush(): Promise<Error | undefined> {
    await new Promise<void>((resolve) => this.#stream.write('', () => resolve()));
    return this.#failure !== undefined && isReaderGone(this.#failure) ? undefined : this.#failure;
  }
}

function isReaderGone(error: Error): boolean {
  return 'code' in error && ['EPIPE', 'EOF', 'EIO', 'ERR_STREAM_DESTROYED'].includes(String(error.code));
}
