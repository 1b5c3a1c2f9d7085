/** Who may do what with a file: a self-relative security descriptor, decoded ([MS-DTYP] 2.4.4 to 2.4.6). */
import { decodeSid } from './sid.ts';

export interface AccessEntry {
  readonly isAllowed: boolean;
  readonly sid: string;
  /** ACCESS_MASK: 32 bits. */
  readonly mask: number;
}

export interface SecurityDescriptor {
  /** Undefined where there is none. */
  readonly owner: string | undefined;
  /** In the order in which Windows asks them; undefined: no list, which lets everybody do everything. */
  readonly entries: readonly AccessEntry[] | undefined;
}

const daclPresent = 0x4;
const inheritOnly = 0x8;
/** ACE types, each with object and callback forms: all of them begin with header, mask. */
const allowedTypes: readonly number[] = [0, 5, 9, 11];
const deniedTypes: readonly number[] = [1, 6, 10, 12];
/** These have 32 bits of flags before the SID, which say which of two GUIDs follow. */
const objectTypes: readonly number[] = [5, 6, 11, 12];
const guidBytes = 16;

/**
 * @returns entries that only children inherit, or that audit, are left out
 * @throws RangeError for what ends too early
 */
export function decodeSecurityDescriptor(bytes: Uint8Array): SecurityDescriptor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const control = view.getUint16(2, true);
  const ownerOffset = view.getUint32(4, true);
  const daclOffset = view.getUint32(16, true);
  return {
    owner: ownerOffset === 0 ? undefined : decodeSid(bytes, ownerOffset),
    entries: (control & daclPresent) === 0 || daclOffset === 0 ? undefined : decodeAcl(bytes, daclOffset),
  };
}

/** ACL: revision, padding, size (16), count (16), padding (16); then the entries, each with its size at byte 2. */
function decodeAcl(bytes: Uint8Array, offset: number): readonly AccessEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: AccessEntry[] = [];
  let at = offset + 8;
  for (let left = view.getUint16(offset + 4, true); left > 0; left -= 1) {
    const type = view.getUint8(at);
    const isAllowed = allowedTypes.includes(type);
    const counts = (view.getUint8(at + 1) & inheritOnly) === 0 && (isAllowed || deniedTypes.includes(type));
    if (counts) entries.push({ isAllowed, mask: view.getUint32(at + 4, true), sid: sidOf(bytes, at) });
    at += view.getUint16(at + 2, true);
  }
  return entries;
}

function sidOf(bytes: Uint8Array, entry: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!objectTypes.includes(view.getUint8(entry))) return decodeSid(bytes, entry + 8);
  const flags = view.getUint32(entry + 8, true);
  return decodeSid(bytes, entry + 12 + ((flags & 1) + ((flags >> 1) & 1)) * guidBytes);
}
