import { type BackupInfo, readBackupInfo, writeBackupInfo } from './backup-info.ts';
import { isHeaderValid, sealHeader } from './header-checksum.ts';
import { readSignature, type Signature, writeSignature } from './signature.ts';

/** The page that a streaming copy has after its last database page. */
export interface Trailer {
  /** `genHigh` is the generation that was current when the last page was read. */
  readonly backup: BackupInfo;
  readonly databaseSignature: Signature;
  readonly logSignature: Signature;
}

export function encodeTrailer(trailer: Trailer, pageSize: number): Uint8Array {
  const page = new Uint8Array(pageSize);
  const view = new DataView(page.buffer);
  writeBackupInfo(view, 40, trailer.backup);
  writeSignature(view, 64, trailer.databaseSignature);
  writeSignature(view, 92, trailer.logSignature);
  sealHeader(page);
  return page;
}

/** Undefined when this page isn't a trailer: those begin like an empty page, under a header's checksum. */
export function decodeTrailer(page: Uint8Array): Trailer | undefined {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const looksEmpty = [4, 8, 12, 24].every((at) => view.getUint32(at, true) === 0);
  if (!looksEmpty) return undefined;
  const backup = readBackupInfo(view, 40);
  const databaseSignature = readSignature(view, 64);
  const logSignature = readSignature(view, 92);
  if (backup === undefined || databaseSignature === undefined || logSignature === undefined) return undefined;
  // Last, since it costs most: any bad page may be asked.
  if (!isHeaderValid(page)) return undefined;
  return { backup, databaseSignature, logSignature };
}
