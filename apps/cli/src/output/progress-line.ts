import { count, duration, grouped, shortSize } from './format.ts';

/**
 * The one line that shows long work on a terminal. Drawn here because all it needs is a carriage return,
 * while the libraries for it take over the cursor, standard output or the screen.
 */

const shortestMs = 100;
const eraseLine = '\r\u001b[K';

export interface Progress {
  /** What is worked on, for example a file's name. */
  readonly what: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** What is counted instead of bytes, for example `check`. */
  readonly noun?: string;
}

export interface ProgressScreen {
  readonly columns: number;
  write(text: string): void;
}

export class ProgressLine {
  readonly #screen: ProgressScreen;
  readonly #now: () => number;
  #what = '';
  #beganAt = 0;
  #beganBytes = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #isShown = false;

  /** `now` tells milliseconds of a clock that never goes back. */
  constructor(screen: ProgressScreen, now: () => number) {
    this.#screen = screen;
    this.#now = now;
  }

  /** Draws, at most 10 times a second. */
  update(progress: Progress): void {
    const now = this.#now();
    if (progress.what !== this.#what || progress.doneBytes < this.#beganBytes) this.#begin(progress, now);
    if (now - this.#drawnAt < shortestMs) return;
    this.#drawnAt = now;
    this.#isShown = true;
    const text = progressText(progress, { bytes: progress.doneBytes - this.#beganBytes, ms: now - this.#beganAt });
    this.#screen.write(`${eraseLine}${text.slice(0, Math.max(0, this.#screen.columns - 1))}`);
  }

  /** Before anything else is written to the terminal. */
  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#screen.write(eraseLine);
  }

  #begin(progress: Progress, now: number): void {
    this.#what = progress.what;
    this.#beganAt = now;
    this.#beganBytes = progress.doneBytes;
  }
}

/** `certdb.edb  12.0 MiB of 64.0 MiB (18%)  40.0 MiB/s  1.3 s left`. */
function progressText(progress: Progress, since: { readonly bytes: number; readonly ms: number }): string {
  const { what, doneBytes, totalBytes, noun } = progress;
  const percent = totalBytes === 0 ? 100 : Math.min(100, Math.floor((doneBytes / totalBytes) * 100));
  const amount =
    noun === undefined
      ? `${shortSize(doneBytes)} of ${shortSize(totalBytes)}`
      : `${grouped(doneBytes)} of ${count(totalBytes, noun)}`;
  const parts = [what, `${amount} (${percent}%)`];
  if (since.ms > 0 && since.bytes > 0) {
    const perMs = since.bytes / since.ms;
    if (noun === undefined) parts.push(`${shortSize(Math.round(perMs * 1000))}/s`);
    if (doneBytes < totalBytes) parts.push(`${duration((totalBytes - doneBytes) / perMs)} left`);
  }
  return parts.join('  ');
}
