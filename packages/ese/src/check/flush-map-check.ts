import { isHeaderValid } from '../header-checksum.ts';
import { checkPage } from '../page-checksum.ts';
import { type CheckResult, FindingList } from './finding.ts';
import { UnitCutter } from './unit-cutter.ts';

const PAGE_BYTES = 8192;
const FILE_TYPE_OFFSET = 667;
const FLUSH_MAP_FILE = 7;
/** Two bits a page of the largest database, 2^31 pages, with room to spare. */
const MAX_BYTES = 2 ** 30;

/** Checks a whole flush map (`.jfm`), which the engine makes anew when it is bad: a header, then pages from 0. */
export function checkFlushMap(file: Uint8Array): CheckResult {
  const checker = new FlushMapChecker();
  checker.feed(file);
  return checker.end();
}

/** As {@link checkFlushMap}, while the file is read. Keeps one page. */
export class FlushMapChecker {
  readonly #findings: FindingList;
  readonly #cutter: UnitCutter;

  constructor(maxFindings?: number | undefined) {
    this.#findings = new FindingList(maxFindings);
    this.#cutter = new UnitCutter(PAGE_BYTES, (view, offset, index) => {
      if (index === 0) this.#checkHeader(new Uint8Array(view.buffer, view.byteOffset + offset, PAGE_BYTES));
      else this.#checkPage(view, offset, index - 1);
    });
  }

  feed(bytes: Uint8Array): void {
    this.#cutter.push(bytes);
  }

  end(): CheckResult {
    const { count, restBytes } = this.#cutter;
    const sizeBytes = count * PAGE_BYTES + restBytes;
    if (count === 0) this.#reportHeader();
    if (restBytes !== 0) this.#reportLength(count * PAGE_BYTES, 'the file ends within a page');
    if (sizeBytes > MAX_BYTES) this.#reportLength(MAX_BYTES, 'no database is so large that it has such a flush map');
    return this.#findings.result(sizeBytes);
  }

  #checkHeader(header: Uint8Array): void {
    const fileType = header[FILE_TYPE_OFFSET];
    if (!isHeaderValid(header)) this.#reportHeader();
    else if (fileType !== FLUSH_MAP_FILE) this.#reportType(fileType);
  }

  #reportType(fileType: number | undefined): void {
    const message = `the header is that of a file of type ${fileType}, not of a flush map`;
    this.#findings.error({ kind: 'file-type-wrong', offset: FILE_TYPE_OFFSET, message });
  }

  #checkPage(view: DataView, offset: number, number: number): void {
    if (checkPage(view, { offset, number }, PAGE_BYTES) !== 'bad') return;
    const message = `page ${number} doesn't fit its checksum`;
    this.#findings.error({ kind: 'page-bad', offset: (number + 1) * PAGE_BYTES, number, message });
  }

  #reportHeader(): void {
    this.#findings.error({ kind: 'header-bad', offset: 0, message: 'the header of the flush map is bad' });
  }

  #reportLength(offset: number, message: string): void {
    this.#findings.error({ kind: 'length-wrong', offset, message });
  }
}
