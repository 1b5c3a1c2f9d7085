import { isHeaderValid } from '../header-checksum.ts';
import { checkPage } from '../page-checksum.ts';
import { type CheckResult, FindingList } from './finding.ts';

const PAGE_BYTES = 8192;
const FILE_TYPE_OFFSET = 667;
const FLUSH_MAP_FILE = 7;

/** Checks a whole flush map (`.jfm`), which the engine makes anew when it is bad: a header, then pages from 0. */
export function checkFlushMap(file: Uint8Array): CheckResult {
  const findings = new FindingList();
  const header = file.subarray(0, PAGE_BYTES);
  if (header.length < PAGE_BYTES || !isHeaderValid(header)) {
    findings.error({ kind: 'header-bad', offset: 0, message: 'the header of the flush map is bad' });
  } else if (header[FILE_TYPE_OFFSET] !== FLUSH_MAP_FILE) {
    const message = `the header is that of a file of type ${header[FILE_TYPE_OFFSET]}, not of a flush map`;
    findings.error({ kind: 'file-type-wrong', offset: FILE_TYPE_OFFSET, message });
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const wholePages = Math.floor(file.length / PAGE_BYTES);
  for (let number = 0; number < wholePages - 1; number += 1) {
    const offset = (number + 1) * PAGE_BYTES;
    if (checkPage(view, { offset, number }, PAGE_BYTES) !== 'bad') continue;
    findings.error({ kind: 'page-bad', offset, number, message: `page ${number} doesn't fit its checksum` });
  }
  if (file.length % PAGE_BYTES !== 0) {
    const message = 'the file ends within a page';
    findings.error({ kind: 'length-wrong', offset: wholePages * PAGE_BYTES, message });
  }
  return findings.result(file.length);
}
