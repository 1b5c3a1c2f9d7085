/** The headers of a Windows program, read as "PE Format" has them; nothing of the library that wrote them is used. */

export interface PeHeaders {
  readonly checksum: number;
  /** Where the signature lies, and how long it is: zeros where there is none. */
  readonly security: { readonly offset: number; readonly sizeBytes: number };
  readonly sections: readonly PeSection[];
}

interface PeSection {
  readonly name: string;
  readonly address: number;
  readonly virtualBytes: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

export function readPeHeaders(file: Buffer): PeHeaders {
  const optional = optionalHeaderOf(file);
  const count = file.readUInt16LE(optional - 18);
  const first = optional + file.readUInt16LE(optional - 4);
  return {
    checksum: file.readUInt32LE(optional + 64),
    security: { offset: file.readUInt32LE(optional + 144), sizeBytes: file.readUInt32LE(optional + 148) },
    sections: Array.from({ length: count }, (_, index) => section(file, first + index * 40)),
  };
}

function section(file: Buffer, at: number): PeSection {
  return {
    name: file.toString('latin1', at, at + 8).replace(/\0+$/, ''),
    virtualBytes: file.readUInt32LE(at + 8),
    address: file.readUInt32LE(at + 12),
    sizeBytes: file.readUInt32LE(at + 16),
    offset: file.readUInt32LE(at + 20),
  };
}

/** As the loader of drivers computes it: 16-bit words, carries added back, and the length; the field itself is zero. */
export function checksumOf(file: Buffer): number {
  const field = optionalHeaderOf(file) + 64;
  let sum = 0;
  for (let at = 0; at < file.byteLength; at += 2) {
    if (at === field || at === field + 2) continue;
    sum += at + 1 < file.byteLength ? file.readUInt16LE(at) : file.readUInt8(at);
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  return ((sum & 0xffff) + (sum >>> 16) + file.byteLength) >>> 0;
}

/** Behind `PE\0\0` and the file header of 20 bytes; 0x20B says that addresses have 64 bits. */
function optionalHeaderOf(file: Buffer): number {
  const header = file.readUInt32LE(0x3c);
  const isPe = file.toString('latin1', header, header + 4) === 'PE\0\0' && file.readUInt16LE(header + 24) === 0x20b;
  if (!isPe) throw new Error('this is no 64-bit program of Windows');
  return header + 24;
}
