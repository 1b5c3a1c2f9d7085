import { stripVTControlCharacters } from 'node:util';
import type { AdcsBackupError, ContentFinding, Warning } from '@adcs-backup/core';
import type { Channel } from './channel.ts';
import { errorLine, errorParts } from './error-text.ts';
import { encodeLine, type JsonLine } from './json-line.ts';
import type { LogFile, LogLevel } from './log-file.ts';
import { printable } from './printable.ts';
import { type Progress, ProgressLine } from './progress-line.ts';
import { type Style, styleFor } from './style.ts';

export interface OutputOptions {
  readonly stdout: Channel;
  readonly stderr: Channel;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  readonly allowsColor: boolean;
}

/** Where everything goes: results to standard output, the rest to standard error, all of it to the log file. */
export class Output {
  readonly isJson: boolean;
  /** For results. */
  readonly style: Style;
  readonly #options: OutputOptions;
  readonly #styleOfNotes: Style;
  readonly #progress: ProgressLine | undefined;
  #log: LogFile | undefined;

  constructor(options: OutputOptions) {
    const { stdout, stderr, environment, allowsColor } = options;
    this.#options = options;
    this.isJson = options.isJson;
    this.style = styleFor({ allowed: allowsColor, isTerminal: stdout.isTerminal, environment });
    this.#styleOfNotes = styleFor({ allowed: allowsColor, isTerminal: stderr.isTerminal, environment });
    if (stderr.isTerminal && !options.isQuiet) this.#progress = new ProgressLine(stderr, () => performance.now());
  }

  logTo(log: LogFile): void {
    this.#log = log;
  }

  /** What programs read: only with `--json`. */
  line(line: JsonLine): void {
    if (!this.isJson) return;
    this.#progress?.clear();
    this.#options.stdout.write(encodeLine(line, new Date()));
  }

  /** What people read: only without `--json`. The caller has made foreign text printable. */
  text(lines: readonly string[]): void {
    this.#progress?.clear();
    if (!this.isJson) this.#options.stdout.write(`${lines.join('\n')}\n`);
    this.log('info', lines.join('\n'));
  }

  /** Something to know while it runs; not with `--quiet`. */
  note(text: string): void {
    if (!this.#options.isQuiet) this.#say(printable(text));
    this.log('info', printable(text));
  }

  /** As {@link note}, for those who look closely: only with `--verbose`, and in the log file. */
  detail(text: string): void {
    if (this.#options.isVerbose) this.#say(this.#styleOfNotes('quiet', printable(text)));
    this.log('info', printable(text));
  }

  warning(warning: Warning): void {
    const { code, message, hint } = warning;
    this.line({ type: 'warning', code, message, hint });
    this.#labelled('caution', 'warning', message);
    if (hint !== undefined) this.#labelled('quiet', 'hint', hint);
    this.log('warning', printable(hint === undefined ? message : `${message}\n${hint}`));
  }

  /** A page or log that isn't good: people see it at once, not only at the end. */
  contentFinding(finding: ContentFinding): void {
    const { code, message, file, offset, number } = finding;
    this.line({ type: 'content-found', code, message, file, offset, number });
    this.#labelled('bad', 'found', message);
    this.log('warning', printable(message));
  }

  error(error: AdcsBackupError): void {
    const { message, hint, causes } = errorParts(error);
    this.line(errorLine(error));
    this.#labelled('bad', 'error', message);
    if (hint !== undefined) this.#labelled('strong', 'hint', hint);
    const details = causes.map((text) => `cause: ${text}`);
    if (this.#options.isVerbose) for (const text of details) this.#say(printable(text));
    this.log('error', printable([message, hint ?? [], details].flat().join('\n')));
  }

  progress(progress: Progress): void {
    this.#progress?.update({ ...progress, what: printable(progress.what) });
  }

  /** The last words before the process is ended from inside a hanging call. */
  lastWords(text: string, lines: readonly JsonLine[]): void {
    this.#progress?.clear();
    this.#options.stderr.writeNow(`${printable(text)}\n`);
    if (this.isJson) this.#options.stdout.writeNow(lines.map((line) => encodeLine(line, new Date())).join(''));
    this.log('error', printable(text));
  }

  log(level: LogLevel, text: string): void {
    const failure = this.#log?.append(level, stripVTControlCharacters(text));
    if (failure !== undefined) this.#labelled('caution', 'warning', failure);
  }

  close(): void {
    this.#progress?.clear();
    this.#log?.close();
  }

  #labelled(tone: 'bad' | 'caution' | 'strong' | 'quiet', label: string, text: string): void {
    this.#say(`${this.#styleOfNotes(tone, `${label}:`)}${' '.repeat(Math.max(1, 6 - label.length))}${printable(text)}`);
  }

  #say(text: string): void {
    this.#progress?.clear();
    this.#options.stderr.write(`${text}\n`);
  }
}
