import { runArguments } from '../src/run-arguments.ts';
import type { CliResult } from '../test/run-cli.ts';

/**
 * Runs a command in this process: a matrix takes hundreds of them, and most of a process's time goes into its start.
 * One at a time.
 */
export async function inProcess(args: readonly string[], env: CliResultEnvironment = {}): Promise<CliResult> {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  const [stdout, stderr] = [new Captured(process.stdout), new Captured(process.stderr)];
  Object.assign(process.env, env);
  try {
    const exitCode = await runArguments(args);
    return { exitCode, stdout: stdout.text, stderr: stderr.text };
  } finally {
    for (const captured of [stdout, stderr]) captured.giveBack();
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

type CliResultEnvironment = Readonly<Record<string, string>>;

/** Keeps what is written to a stream, in place of writing it. */
class Captured {
  text = '';
  readonly #stream: NodeJS.WriteStream;
  readonly #write: NodeJS.WriteStream['write'];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#write = stream.write;
    // Each command listens for errors until its process ends.
    stream.setMaxListeners(0);
    stream.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
      this.text += Buffer.from(chunk).toString();
      const done = rest.at(-1);
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  }

  giveBack(): void {
    this.#stream.write = this.#write;
  }
}
