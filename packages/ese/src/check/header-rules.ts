import type { HeaderPages } from './database-headers.ts';
import type { FindingList } from './finding.ts';

/**
 * What the file should be: what the backup API gave; any database, where a trailer is optional; or the
 * one of the two that its header says.
 */
export type ExpectedDatabase = 'streaming-copy' | 'database' | 'as-header-says';

const FLAGS_OFFSET = 208;
const SHADOW_DISABLED = 1;
const FILE_TYPE_OFFSET = 667;
const DATABASE_FILE = 1;

/** Reports what is wrong with the headers, of which at least one is good. */
export function checkHeaders(
  headers: HeaderPages,
  expected: Exclude<ExpectedDatabase, 'as-header-says'>,
  findings: FindingList,
): void {
  const { used, pageSize } = headers;
  // The engine writes both headers of a streaming copy from memory: a bad one was damaged on the way.
  // In a file of its own it may have stopped between the two.
  const report = expected === 'streaming-copy' ? findings.error.bind(findings) : findings.warning.bind(findings);
  if (headers.primary === 'bad') {
    report({ kind: 'header-bad', offset: 0, message: "the header is bad, its shadow isn't" });
  }
  const hasShadow = (used.getUint8(FLAGS_OFFSET) & SHADOW_DISABLED) === 0;
  if (headers.shadow === 'bad' && hasShadow) {
    report({ kind: 'shadow-header-bad', offset: pageSize, message: "the header's shadow is bad" });
  }
  const fileType = used.getUint8(FILE_TYPE_OFFSET);
  // Old engines didn't set it.
  if (fileType !== 0 && fileType !== DATABASE_FILE) {
    const message = `the header is that of a file of type ${fileType}, not of a database`;
    findings.error({ kind: 'file-type-wrong', offset: FILE_TYPE_OFFSET, message });
  }
  if (pageSize === 2048) {
    const message = 'pages of 2 KiB are not supported: no page was checked';
    findings.error({ kind: 'page-size-unsupported', offset: 236, message });
  }
}
