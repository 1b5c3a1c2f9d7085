import { messageOf } from '../errors.ts';
import type { ContentFinding, Warning } from '../store/manifest.ts';
import type { BackupEvent } from './events.ts';

/** What a run has to say: events as they happen, warnings and later errors for its end. */
export class RunLog {
  readonly warnings: Warning[] = [];
  /** What the checks of contents found wrong. */
  readonly findings: ContentFinding[] = [];
  /** Errors met while cleaning up after the first one. */
  readonly laterErrors: unknown[] = [];
  #observer: ((event: BackupEvent) => void) | undefined;

  constructor(observer: ((event: BackupEvent) => void) | undefined) {
    this.#observer = observer;
  }

  /** An observer that throws must not harm the run: it is told no more, and a warning says so. */
  observe(event: BackupEvent): void {
    try {
      this.#observer?.(event);
    } catch (error) {
      this.#observer = undefined;
      this.warn({ code: 'observer-failed', message: `the observer of the run failed: ${messageOf(error)}` });
    }
  }

  find(finding: ContentFinding): void {
    this.findings.push(finding);
    this.observe({ type: 'finding', finding });
  }

  warn(warning: Warning): void {
    this.warnings.push(warning);
    this.observe({ type: 'warning', warning });
  }
}
