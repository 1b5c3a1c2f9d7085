import type { Warning } from '../store/manifest.ts';
import type { BackupEvent } from './events.ts';

/** What a run has to say: events as they happen, warnings and later errors for its end. */
export class RunLog {
  readonly warnings: Warning[] = [];
  /** Errors met while cleaning up after the first one. */
  readonly laterErrors: unknown[] = [];
  readonly observe: (event: BackupEvent) => void;

  constructor(observe: ((event: BackupEvent) => void) | undefined) {
    this.observe = observe ?? (() => undefined);
  }

  warn(warning: Warning): void {
    this.warnings.push(warning);
    this.observe({ type: 'warning', warning });
  }
}
