import {
  type DatabaseFacts,
  type DatabaseHeaderFacts,
  readDatabaseHeaderFacts,
  type TrailerFacts,
} from './database-facts.ts';
import type { HeaderPages } from './database-headers.ts';
import type { FindingList } from './finding.ts';
import { checkHeaders, type ExpectedDatabase } from './header-rules.ts';
import { PageChecker, type PageCounts, type SuspectPage } from './page-checker.ts';
import { isStreamingCopy, trailerMismatch } from './trailer-rules.ts';
import { UnitCutter } from './unit-cutter.ts';

const BACKUP_OFFSET = 184;

/** The check of a database once its headers are known. It is fed the whole file, headers included. */
export class DatabaseBody {
  readonly #headers: HeaderPages;
  readonly #header: DatabaseHeaderFacts;
  readonly #findings: FindingList;
  readonly #checker: PageChecker;
  readonly #cutter: UnitCutter;
  #trailer: TrailerFacts | undefined;

  constructor(headers: HeaderPages, expected: ExpectedDatabase, findings: FindingList) {
    const header = readDatabaseHeaderFacts(headers.used);
    const asked = isStreamingCopy(header) ? 'streaming-copy' : 'database';
    const kind = expected === 'as-header-says' ? asked : expected;
    // Which pages a database owns is only certain when all changes are in the file.
    const isAtRest = kind === 'database' && header.state === 'clean-shutdown';
    const checker = new PageChecker(headers.pageSize, findings, isAtRest);
    this.#headers = headers;
    this.#header = header;
    this.#findings = findings;
    this.#checker = checker;
    this.#cutter = new UnitCutter(headers.pageSize, (view, offset, index) => {
      if (index >= 2) checker.check(view, offset, index);
    });
    checkHeaders(headers, kind, findings);
    if (kind === 'streaming-copy' && !isStreamingCopy(header)) {
      const message = 'the header is not that of a fresh streaming copy';
      findings.error({ kind: 'not-a-streaming-copy', offset: BACKUP_OFFSET, message });
    }
  }

  get facts(): DatabaseFacts {
    const [fromHeader, fromTrailer] = [this.#header.currentFullBackup, this.#trailer?.backup];
    return {
      ...this.#header,
      shadowHeader: this.#headers.shadow,
      trailer: this.#trailer,
      genLow: fromTrailer?.genLow ?? fromHeader?.genLow,
      genHigh: fromTrailer?.genHigh || fromHeader?.genHigh || undefined,
    };
  }

  get pages(): Readonly<PageCounts> {
    return this.#checker.counts;
  }

  push(bytes: Uint8Array): void {
    if (this.#isSupported) this.#cutter.push(bytes);
  }

  end(): void {
    if (!this.#isSupported) return;
    const { suspect } = this.#checker;
    if (suspect?.trailer !== undefined) this.#endWithTrailer(suspect, suspect.trailer);
    const isCutOff = suspect?.trailer === undefined && this.#endWithoutTrailer(suspect);
    const { restBytes, count } = this.#cutter;
    const message = lengthFault({ restBytes, count, lastOwned: this.#checker.lastOwned });
    if (isCutOff || message === undefined) return;
    this.#findings.error({ kind: 'length-wrong', offset: count * this.#header.pageSize, message });
  }

  get #isSupported(): boolean {
    return this.#headers.pageSize !== 2048;
  }

  #endWithTrailer({ number, offset }: SuspectPage, trailer: TrailerFacts): void {
    this.#trailer = trailer;
    const message = trailerMismatch(this.#header, trailer);
    if (message !== undefined) this.#findings.error({ kind: 'trailer-mismatch', offset, number, message });
  }

  /** Returns whether it reported that the end of the file is missing. */
  #endWithoutTrailer(suspect: SuspectPage | undefined): boolean {
    const isRequired = isStreamingCopy(this.#header) && !this.#checker.trailerBeforeEnd;
    const isKnownPage = suspect?.diagnosis.flippedBit !== undefined || suspect?.diagnosis.actualNumber !== undefined;
    if (isRequired && suspect !== undefined && !isKnownPage) {
      const message = 'the last page should be the trailer, but is damaged';
      this.#findings.error({ kind: 'trailer-bad', offset: suspect.offset, number: suspect.number, message });
      return false;
    }
    if (suspect !== undefined) this.#checker.reportBad(suspect);
    if (!isRequired) return false;
    const message = 'the trailer of the streaming copy is missing: the end of the file is lost';
    this.#findings.error({ kind: 'trailer-missing', offset: this.#cutter.count * this.#header.pageSize, message });
    return true;
  }
}

interface FileLength {
  /** Whole pages, headers included, and the bytes after them. */
  readonly count: number;
  readonly restBytes: number;
  /** Number of the last page that the database owns, where it is known. */
  readonly lastOwned: number | undefined;
}

function lengthFault({ count, restBytes, lastOwned }: FileLength): string | undefined {
  if (count < 2) return "the file ends before the header's shadow does";
  const lastPage = count - 2;
  if (lastOwned !== undefined && lastOwned > lastPage) {
    return `the file ends after page ${lastPage}, but the database has ${lastOwned} pages`;
  }
  return restBytes === 0 ? undefined : 'the file ends within a page';
}
