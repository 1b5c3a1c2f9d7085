import { DatabaseBody } from './database-body.ts';
import type { DatabaseFacts } from './database-facts.ts';
import { findHeaders, HEAD_BYTES } from './database-headers.ts';
import { type CheckResult, FindingList } from './finding.ts';
import { HeadBuffer } from './head-buffer.ts';
import type { ExpectedDatabase } from './header-rules.ts';
import type { PageCounts } from './page-checker.ts';

export interface DatabaseCheckOptions {
  readonly expected: ExpectedDatabase;
  /** How many findings are stored; 100 by default. */
  readonly maxFindings?: number | undefined;
}

export interface DatabaseCheckResult extends CheckResult {
  /** Undefined when neither header is good. */
  readonly facts: DatabaseFacts | undefined;
  /** All 0 when no page could be checked: without a header, or with pages of 2 KiB. */
  readonly pages: Readonly<PageCounts>;
}

/**
 * Checks a database file while it is read from beginning to end: headers, the checksum of every page,
 * the trailer of a streaming copy. Feed it the file in buffers of any length, then call `end` once.
 * Keeps one page and, until they are complete, the first 64 KiB; the buffers stay the caller's.
 */
export class DatabaseChecker {
  readonly #expected: ExpectedDatabase;
  readonly #findings: FindingList;
  #head: HeadBuffer | undefined = new HeadBuffer(HEAD_BYTES);
  #body: DatabaseBody | undefined;
  #sizeBytes = 0;
  #ended = false;

  constructor({ expected, maxFindings }: DatabaseCheckOptions) {
    this.#expected = expected;
    this.#findings = new FindingList(maxFindings);
  }

  feed(bytes: Uint8Array): void {
    if (this.#ended) throw new Error('a checked database was fed again');
    this.#sizeBytes += bytes.length;
    if (this.#head === undefined) {
      this.#body?.push(bytes);
      return;
    }
    const rest = this.#head.take(bytes);
    if (this.#head.isFull) {
      this.#begin(this.#head.bytes);
      this.#body?.push(rest);
    }
  }

  end(): DatabaseCheckResult {
    if (this.#head !== undefined) this.#begin(this.#head.bytes);
    if (!this.#ended) this.#body?.end();
    this.#ended = true;
    return {
      ...this.#findings.result(this.#sizeBytes),
      facts: this.#body?.facts,
      pages: { ...(this.#body?.pages ?? { valid: 0, zero: 0, bad: 0, unowned: 0 }) },
    };
  }

  #begin(head: Uint8Array): void {
    this.#head = undefined;
    const headers = findHeaders(head);
    if (headers === undefined) {
      this.#findings.error({ kind: 'headers-bad', offset: 0, message: 'neither the header nor its shadow is good' });
      return;
    }
    this.#body = new DatabaseBody(headers, this.#expected, this.#findings);
    this.#body.push(head);
  }
}
