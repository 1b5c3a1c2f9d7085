import { LOG_SEGMENT_BYTES } from '../log-header.ts';
import type { FindingList } from './finding.ts';

/** How a log is laid out, by its header. */
export interface LogShape {
  readonly sizeBytes: number;
  /** Whether its segments can be checked. */
  readonly isSupported: boolean;
}

const FILE_TYPE_OFFSET = 667;
const LOG_FILE = 3;
const SUPPORTED_VERSION = 8;

/** Reports what a header with a good checksum says that it shouldn't. */
export function checkLogHeader(header: DataView, expected: number | undefined, findings: FindingList): LogShape {
  const sectorBytes = header.getUint16(8, true);
  const sizeBytes = sectorBytes * header.getUint16(12, true);
  const fileType = header.getUint8(FILE_TYPE_OFFSET);
  // Old engines didn't set it.
  const isLog = fileType === 0 || fileType === LOG_FILE;
  if (!isLog) {
    const message = `the header is that of a file of type ${fileType}, not of a log`;
    findings.error({ kind: 'file-type-wrong', offset: FILE_TYPE_OFFSET, message });
  }
  const generation = header.getUint32(4, true);
  if (expected !== undefined && generation !== expected) {
    const message = `the log is of generation ${generation}, not ${expected} as its name says`;
    findings.error({ kind: 'generation-wrong', offset: 4, message });
  }
  const version = header.getUint32(32, true);
  const isKnown = version === SUPPORTED_VERSION && sectorBytes === LOG_SEGMENT_BYTES;
  if (isLog && !isKnown) {
    const message = `logs of version ${version} with sectors of ${sectorBytes} bytes are not supported: no segment was checked`;
    findings.error({ kind: 'log-version-unsupported', offset: 32, message });
  }
  return { sizeBytes, isSupported: isLog && isKnown };
}
