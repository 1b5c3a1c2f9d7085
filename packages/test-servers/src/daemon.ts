import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

/** A server in a process of its own, which ends when ours does, however that happens. */

const setpriv = '/usr/bin/setpriv';
const keptOutput = 4000;

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Beside our own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export class Daemon {
  readonly name: string;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #closed: Promise<unknown>;
  #output = '';

  constructor({ program, args, env }: Command) {
    this.name = program;
    // Linux kills it then; elsewhere a killed test run leaves its servers behind.
    const guarded = existsSync(setpriv) ? [setpriv, '--pdeathsig', 'KILL', '--', program, ...args] : [program, ...args];
    const [first = program, ...rest] = guarded;
    this.#child = spawn(first, rest, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#closed = once(this.#child, 'close').catch((error: unknown) => this.#keep(String(error)));
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on('data', (chunk) => this.#keep(`${chunk}`));
  }

  get hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** @throws when it couldn't be started */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.name} could not be started: ${this.#output}`);
    return pid;
  }

  /** Resolves when the process is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#child.kill(signal);
    await this.#closed;
  }

  /** Asks `isReady` until it says so. @throws with what the process printed, when it ends or a minute has gone by */
  async until(isReady: () => Promise<boolean>): Promise<void> {
    for (let waitedMs = 0; !(await isReady()); waitedMs += 50) {
      if (this.hasEnded) throw new Error(`${this.name} has ended:\n${this.#output}`);
      if (waitedMs > 60_000) throw new Error(`${this.name} isn't ready after a minute:\n${this.#output}`);
      await setTimeout(50);
    }
  }

  #keep(text: string): void {
    this.#output = (this.#output + text).slice(-keptOutput);
  }
}

/** Whether something listens on this port of this machine. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
