import type { BackupEvent } from '@adcs-backup/core';
import { count, duration, shortSize } from '../output/format.ts';
import type { Output } from '../output/output.ts';

/** `file-progress` comes with every read: programs get one a second. */
const progressLineMs = 1000;

/** Tells people and programs how a backup goes on. */
export class BackupObserver {
  readonly #output: Output;
  readonly #now: () => number;
  #openBytes = 0;
  #progressAt = Number.NEGATIVE_INFINITY;

  /** `now` tells milliseconds of a clock that never goes back. */
  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  observe(event: BackupEvent): void {
    if (event.type === 'warning') {
      this.#output.warning(event.warning);
      return;
    }
    if (event.type === 'finding') {
      this.#output.contentFinding(event.finding);
      return;
    }
    if (event.type !== 'file-progress' || this.#isProgressDue()) this.#output.line(event);
    this.#tell(event);
  }

  #isProgressDue(): boolean {
    const now = this.#now();
    if (now - this.#progressAt < progressLineMs) return false;
    this.#progressAt = now;
    return true;
  }

  #tell(event: Exclude<BackupEvent, { readonly type: 'warning' | 'finding' }>): void {
    const output = this.#output;
    switch (event.type) {
      case 'state-entered':
        output.detail(event.state);
        break;
      case 'session-waiting':
        output.note(
          `another backup of the CA is running: waiting, ${duration(event.elapsedMs)} of ${duration(event.waitMs)}`,
        );
        break;
      case 'set-begun':
        output.note(`set ${event.label} of ${event.caName} begun`);
        break;
      case 'full-chosen':
        output.note(`taking a full set: ${event.reason}`);
        break;
      case 'run-resumed':
        output.note(`going on with what ${event.label} stored before it was interrupted`);
        break;
      case 'files-listed':
        output.detail(`${count(event.names.length, `${event.role} file`)} to copy`);
        break;
      case 'file-opened':
        this.#openBytes = event.sizeBytes;
        output.detail(`${event.name}: ${shortSize(event.sizeBytes)}`);
        break;
      case 'file-progress':
        output.progress({ what: event.name, doneBytes: event.readBytes, totalBytes: this.#openBytes });
        break;
      case 'file-stored':
        output.detail(`${event.name}: stored`);
        break;
      case 'sink-behind':
      case 'copy-progress':
      case 'set-copied':
        this.#tellLagging(event);
        break;
      case 'set-sealed':
        output.detail(`set ${event.label} sealed, ${event.sound ? 'sound' : 'suspect'}`);
        break;
    }
  }

  #tellLagging(event: Extract<BackupEvent, { readonly type: 'sink-behind' | 'copy-progress' | 'set-copied' }>): void {
    const output = this.#output;
    switch (event.type) {
      case 'sink-behind':
        output.note(
          `${event.location} lacks ${count(event.objects, 'object')} of the set: it gets them after the session`,
        );
        break;
      case 'copy-progress':
        output.progress({ what: `${event.label} to ${event.location}`, ...event });
        break;
      case 'set-copied':
        output.note(
          `${event.location} has got ${event.label}: ${count(event.objects, 'object')}, ${shortSize(event.bytes)}`,
        );
        break;
    }
  }
}
