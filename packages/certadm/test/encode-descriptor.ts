/** Writes security descriptors as Windows lays them out, for tests. */

export interface EncodedEntry {
  /** ACE type: 0 allows, 1 denies; 5 and 6 with object flags before the SID. */
  readonly type?: number;
  readonly flags?: number;
  readonly mask: number;
  readonly sid: string;
  /** Of object entries: 1 and 2 say which GUIDs follow. */
  readonly objectFlags?: number;
}

/** A self-relative descriptor; `null` entries: present, and no list, which lets everybody in. */
export function encodeDescriptor(owner: string | undefined, entries: readonly EncodedEntry[] | null): Uint8Array {
  const ownerBytes = owner === undefined ? new Uint8Array() : encodeSid(owner);
  const acl = entries === null ? new Uint8Array() : encodeAcl(entries);
  const header = Buffer.alloc(20);
  header[0] = 1;
  header.writeUInt16LE(0x8004, 2);
  header.writeUInt32LE(owner === undefined ? 0 : 20, 4);
  header.writeUInt32LE(entries === null ? 0 : 20 + ownerBytes.length, 16);
  return Uint8Array.from(Buffer.concat([header, ownerBytes, acl]));
}

export function encodeSid(text: string): Uint8Array {
  const [revision = 1, authority = 0, ...parts] = text.split('-').slice(1).map(Number);
  const bytes = Buffer.alloc(8 + parts.length * 4);
  bytes.writeUInt8(revision, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUIntBE(authority, 2, 6);
  for (const [index, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + index * 4);
  return bytes;
}

function encodeAcl(entries: readonly EncodedEntry[]): Uint8Array {
  const encoded = entries.map(encodeEntry);
  const header = Buffer.alloc(8);
  header[0] = 2;
  header.writeUInt16LE(8 + encoded.reduce((sum, { length }) => sum + length, 0), 2);
  header.writeUInt16LE(entries.length, 4);
  return Buffer.concat([header, ...encoded]);
}

function encodeEntry({ type = 0, flags = 0, mask, sid, objectFlags }: EncodedEntry): Uint8Array {
  const guids = objectFlags === undefined ? 0 : ((objectFlags & 1) + ((objectFlags >> 1) & 1)) * 16;
  const object = Buffer.alloc(objectFlags === undefined ? 0 : 4 + guids, 0xee);
  if (objectFlags !== undefined) object.writeUInt32LE(objectFlags);
  const header = Buffer.alloc(8);
  header[0] = type;
  header[1] = flags;
  header.writeUInt32LE(mask, 4);
  const entry = Buffer.concat([header, object, encodeSid(sid)]);
  entry.writeUInt16LE(entry.length, 2);
  return entry;
}
