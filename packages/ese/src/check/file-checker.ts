import { logGeneration } from '../log-name.ts';
import { CheckpointChecker, type CheckpointCheckResult } from './checkpoint-check.ts';
import { DatabaseChecker, type DatabaseCheckResult } from './database-checker.ts';
import { HEAD_BYTES } from './database-headers.ts';
import { type FileKind, kindByHead, kindByName, type NotChecked } from './file-kind.ts';
import type { CheckResult } from './finding.ts';
import { FlushMapChecker } from './flush-map-check.ts';
import { HeadBuffer } from './head-buffer.ts';
import { LogChecker, type LogCheckResult } from './log-checker.ts';

export interface FileCheckOptions {
  /** Without folders. Tells what the file is, where it is a name that the engine gives. */
  readonly name: string;
  /** How many findings are stored; 100 by default. */
  readonly maxFindings?: number | undefined;
}

/** A database, and what its check gave. */
export interface CheckedDatabase {
  readonly kind: 'database';
  readonly name: string;
  readonly result: DatabaseCheckResult;
}

/** A log, and what its check gave. */
export interface CheckedLog {
  readonly kind: 'log';
  readonly name: string;
  readonly result: LogCheckResult;
}

/** A file of any kind, and what its check gave. */
export type FileCheckResult =
  | CheckedDatabase
  | CheckedLog
  | { readonly kind: 'checkpoint'; readonly name: string; readonly result: CheckpointCheckResult }
  | { readonly kind: 'flush-map'; readonly name: string; readonly result: CheckResult }
  /** Nothing in it can be checked; `reason` is for people: lower case, without a full stop. */
  | { readonly kind: 'not-checked'; readonly name: string; readonly reason: string };

interface Checking {
  feed(bytes: Uint8Array): void;
  end(): FileCheckResult;
}

/**
 * Finds out what a file is, by its name or its first bytes, and checks it while it is read from
 * beginning to end. Feed it the file in buffers of any length, then call `end` once. Keeps at most 64 KiB.
 */
export class FileChecker {
  readonly #options: FileCheckOptions;
  readonly #head = new HeadBuffer(HEAD_BYTES);
  #checking: Checking | undefined;
  #isSettled = false;

  constructor(options: FileCheckOptions) {
    this.#options = options;
    const kind = kindByName(options.name);
    if (kind !== undefined) this.#begin(kind);
  }

  /** Nothing that is fed from now on changes the result: the file needn't be read on. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  feed(bytes: Uint8Array): void {
    const rest = this.#checking === undefined ? this.#head.take(bytes) : bytes;
    if (this.#checking === undefined && this.#head.isFull) this.#begin(kindByHead(this.#head.bytes));
    this.#checking?.feed(rest);
  }

  end(): FileCheckResult {
    return (this.#checking ?? this.#begin(kindByHead(this.#head.bytes))).end();
  }

  #begin(kind: FileKind | NotChecked): Checking {
    this.#isSettled = typeof kind === 'object';
    const checking = checkingOf(kind, this.#options);
    checking.feed(this.#head.bytes);
    this.#checking = checking;
    return checking;
  }
}

function checkingOf(kind: FileKind | NotChecked, { name, maxFindings }: FileCheckOptions): Checking {
  if (typeof kind === 'object') {
    return { feed: () => undefined, end: () => ({ kind: 'not-checked', name, reason: kind.reason }) };
  }
  switch (kind) {
    case 'database': {
      const checker = new DatabaseChecker({ expected: 'as-header-says', maxFindings });
      return { feed: (bytes) => checker.feed(bytes), end: () => ({ kind, name, result: checker.end() }) };
    }
    case 'log': {
      const isCurrent = name.toLowerCase() === 'edb.log';
      const checker = new LogChecker({ expectedGeneration: logGeneration(name), isCurrent, maxFindings });
      return { feed: (bytes) => checker.feed(bytes), end: () => ({ kind, name, result: checker.end() }) };
    }
    case 'checkpoint': {
      const checker = new CheckpointChecker();
      return { feed: (bytes) => checker.feed(bytes), end: () => ({ kind, name, result: checker.end() }) };
    }
    case 'flush-map': {
      const checker = new FlushMapChecker(maxFindings);
      return { feed: (bytes) => checker.feed(bytes), end: () => ({ kind, name, result: checker.end() }) };
    }
  }
}
