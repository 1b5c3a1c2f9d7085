/** What is wrong, as a stable word. Words are only ever added. */
export type FindingKind =
  // Any file
  | 'header-bad'
  | 'file-type-wrong'
  | 'length-wrong'
  // Databases
  | 'shadow-header-bad'
  | 'headers-bad'
  | 'page-size-unsupported'
  | 'page-bit-flipped'
  | 'page-misplaced'
  | 'page-bad'
  | 'not-a-streaming-copy'
  | 'trailer-missing'
  | 'trailer-bad'
  | 'trailer-not-last'
  | 'trailer-mismatch'
  // Logs
  | 'log-version-unsupported'
  | 'generation-wrong'
  | 'segment-bit-flipped'
  | 'segment-misplaced'
  | 'segment-bad'
  | 'segment-missing'
  // Checkpoint files
  | 'checkpoint-copy-bad';

/** One fault of one file. */
export interface Finding {
  readonly kind: FindingKind;
  /** `warning`: a copy of a header that the engine does without. */
  readonly severity: 'error' | 'warning';
  /** In bytes from the beginning of the file. */
  readonly offset: number;
  /** Page number in a database or flush map, segment number in a log; absent where neither is at fault. */
  readonly number?: number | undefined;
  /** The only wrong bit of the page or segment: bit `flippedBit & 7` of its byte `flippedBit >>> 3`. */
  readonly flippedBit?: number | undefined;
  /**
   * The page or segment that was found here: a good one, but not the one that belongs here. When
   * `flippedBit` is given too, the checksum can't tell the two faults apart.
   */
  readonly actualNumber?: number | undefined;
  /** For people: lower case, without a full stop. */
  readonly message: string;
}

/** What all checks of files report. */
export interface CheckResult {
  readonly sizeBytes: number;
  /** No finding of severity `error`, whether stored or only counted. */
  readonly intact: boolean;
  /** In the order in which they were found; at most as many as asked for. */
  readonly findings: readonly Finding[];
  /** How many more there were. */
  readonly omittedFindings: number;
}

/** How many findings are stored unless the caller says otherwise. */
const DEFAULT_LIMIT = 100;

/** Keeps findings up to a limit; the rest is only counted. */
export class FindingList {
  readonly #limit: number;
  readonly #stored: Finding[] = [];
  #omitted = 0;
  #intact = true;

  constructor(limit: number = DEFAULT_LIMIT) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#stored.length >= this.#limit;
  }

  error(finding: Omit<Finding, 'severity'>): void {
    this.#intact = false;
    this.#add({ severity: 'error', ...finding });
  }

  warning(finding: Omit<Finding, 'severity'>): void {
    this.#add({ severity: 'warning', ...finding });
  }

  result(sizeBytes: number): CheckResult {
    return { sizeBytes, intact: this.#intact, findings: this.#stored, omittedFindings: this.#omitted };
  }

  #add(finding: Finding): void {
    if (this.isFull) this.#omitted += 1;
    else this.#stored.push(finding);
  }
}
