import { checkPage } from '../page-checksum.ts';
import { readTrailerFacts, type TrailerFacts } from './database-facts.ts';
import type { FindingList } from './finding.ts';
import { OWNED_RANGES_PAGE, readOwnedEnd } from './owned-end.ts';
import { diagnosePage, type PageDiagnosis } from './page-diagnosis.ts';

/** How many pages of each kind there are; headers and trailer aren't counted. */
export interface PageCounts {
  valid: number;
  /** Never used: legal anywhere. */
  zero: number;
  bad: number;
  /** What isn't a page, after the last one that the database owns: garbage that the engine never reads. */
  unowned: number;
}

/** A page that isn't good as a page. It may be a trailer, if it is the last one. */
export interface SuspectPage {
  readonly number: number;
  readonly offset: number;
  readonly diagnosis: PageDiagnosis;
  readonly trailer: TrailerFacts | undefined;
}

/** Checks the pages after the headers. What it thinks of the last one is left to the end of the file. */
export class PageChecker {
  readonly counts: PageCounts = { valid: 0, zero: 0, bad: 0, unowned: 0 };
  readonly #pageSize: number;
  readonly #findings: FindingList;
  readonly #allowsUnowned: boolean;
  #ownedEnd: number | undefined;
  #suspect: SuspectPage | undefined;
  #trailerBeforeEnd = false;

  /** `allowsUnowned`: the file may hold garbage after the last page that the database owns. */
  constructor(pageSize: number, findings: FindingList, allowsUnowned: boolean) {
    this.#pageSize = pageSize;
    this.#allowsUnowned = allowsUnowned;
    this.#findings = findings;
  }

  /** The last page so far, if it isn't good as a page. */
  get suspect(): SuspectPage | undefined {
    return this.#suspect;
  }

  /** Whether a trailer was reported that had pages after it. */
  get trailerBeforeEnd(): boolean {
    return this.#trailerBeforeEnd;
  }

  /** Number of the last page that the database owns; undefined where that isn't certain. */
  get lastOwned(): number | undefined {
    return this.#allowsUnowned ? this.#ownedEnd : undefined;
  }

  /** `index` counts pages of the file from 0, headers included: page 1 has index 2. */
  check(view: DataView, offset: number, index: number): void {
    if (this.#suspect !== undefined) this.#settle(this.#suspect);
    const number = index - 1;
    const condition = checkPage(view, { offset, number }, this.#pageSize);
    if (condition === 'bad') this.#suspect = this.#examine(view, offset, number);
    else this.counts[condition] += 1;
    if (number === OWNED_RANGES_PAGE && condition === 'valid') {
      this.#ownedEnd = readOwnedEnd(view, offset, this.#pageSize);
    }
  }

  /** Reports a page that is bad even if it is the last one. */
  reportBad({ number, offset, diagnosis }: SuspectPage): void {
    if (this.lastOwned !== undefined && number > this.lastOwned) {
      this.counts.unowned += 1;
      return;
    }
    this.counts.bad += 1;
    this.#findings.error({ ...describe(number, diagnosis), offset, number, ...diagnosis });
  }

  /** Reports a suspect page that turned out not to be the last one. */
  #settle(suspect: SuspectPage): void {
    this.#suspect = undefined;
    if (suspect.trailer === undefined) {
      this.reportBad(suspect);
      return;
    }
    this.#trailerBeforeEnd = true;
    const { number, offset } = suspect;
    this.#findings.error({ kind: 'trailer-not-last', offset, number, message: 'pages follow the trailer' });
  }

  #examine(view: DataView, offset: number, number: number): SuspectPage {
    const page = new Uint8Array(view.buffer, view.byteOffset + offset, this.#pageSize);
    // What is only counted needs no diagnosis, which costs as much as checking the page a few times.
    const diagnosis = this.#findings.isFull ? {} : diagnosePage(view, { offset, number }, this.#pageSize);
    return { number, offset: (number + 1) * this.#pageSize, diagnosis, trailer: readTrailerFacts(page) };
  }
}

function describe(number: number, { flippedBit, actualNumber }: PageDiagnosis) {
  if (actualNumber !== undefined) {
    const doubt = flippedBit === undefined ? '' : ', or one bit of its checksum is flipped';
    return {
      kind: 'page-misplaced',
      message: `page ${number} is page ${actualNumber} in the wrong place${doubt}`,
    } as const;
  }
  if (flippedBit === undefined) {
    return { kind: 'page-bad', message: `page ${number} doesn't fit its checksum` } as const;
  }
  const place = `bit ${flippedBit & 7} of byte ${flippedBit >>> 3}`;
  return { kind: 'page-bit-flipped', message: `page ${number} has one flipped bit, ${place}` } as const;
}
