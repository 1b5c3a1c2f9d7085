import type { AdcsBackupError } from '@adcs-backup/core';
import { asAdcsBackupError, errorLine } from './output/error-text.ts';
import type { JsonLine } from './output/json-line.ts';
import { LogFile } from './output/log-file.ts';
import type { Output } from './output/output.ts';
import type { Body, Ending, Invocation, Run } from './run.ts';
import { type EndSignal, Interrupted, SignalListener } from './signals.ts';

/** One command while it runs: its signals, its end, the ends from outside. */
export class CommandRun implements Run {
  readonly output: Output;
  readonly #invocation: Invocation;
  readonly #signals: SignalListener;
  readonly #beganAt: number = performance.now();
  #exit: (exitCode: number) => void = (exitCode) => process.exit(exitCode);

  constructor(invocation: Invocation, output: Output) {
    this.#invocation = invocation;
    this.output = output;
    this.#signals = new SignalListener({
      onFirst: (endSignal) => this.#announce(endSignal),
      onSecond: (endSignal) => this.#endNow({ at: 'interrupted', endSignal }, `${endSignal} again: ended at once`, []),
    });
  }

  get signal(): AbortSignal {
    return this.#signals.signal;
  }

  get elapsedMs(): number {
    return Math.round(performance.now() - this.#beganAt);
  }

  lastLine(exitCode: number): JsonLine {
    return { type: 'run-ended', command: this.#invocation.command, exitCode, elapsedMs: this.elapsedMs };
  }

  endWith(exit: (exitCode: number) => void): void {
    this.#exit = exit;
  }

  endNow(error: AdcsBackupError): void {
    const hint = error.hint === undefined ? '' : `\nhint:  ${error.hint}`;
    this.#endNow({ at: 'failed', error }, `error: ${error.message}${hint}`, [errorLine(error)]);
  }

  async carryOut(body: Body): Promise<Ending> {
    const { command, flags } = this.#invocation;
    try {
      if (flags.logFile !== undefined) this.output.logTo(LogFile.open(flags.logFile));
      this.output.log('info', `adcs-backup ${command} begins, process ${process.pid}`);
      return { at: await body(this) };
    } catch (error) {
      const endSignal = this.#signals.received;
      if (endSignal === undefined) return { at: 'failed', error: asAdcsBackupError(error) };
      if (!(error instanceof Interrupted)) this.output.error(asAdcsBackupError(error));
      return { at: 'interrupted', endSignal };
    } finally {
      this.#signals.close();
    }
  }

  #announce(endSignal: EndSignal): void {
    this.output.line({ type: 'signal-received', signal: endSignal });
    this.output.note(`${endSignal}: stopping in good order; a second one ends the process at once`);
  }

  #endNow(ending: Ending, text: string, lines: readonly JsonLine[]): void {
    const exitCode = this.#invocation.exitCodeOf(ending);
    this.output.lastWords(text, [...lines, this.lastLine(exitCode)]);
    this.#exit(exitCode);
  }
}
