/** Security identifiers: accounts as Windows numbers them. */

/** SIDs that mean the same on every Windows ([MS-DTYP] 2.4.2.4). */
export const wellKnownSids: {
  readonly everyone: string;
  readonly creatorOwner: string;
  readonly ownerRights: string;
  readonly system: string;
  readonly administrators: string;
  readonly trustedInstaller: string;
} = {
  everyone: 'S-1-1-0',
  creatorOwner: 'S-1-3-0',
  ownerRights: 'S-1-3-4',
  system: 'S-1-5-18',
  administrators: 'S-1-5-32-544',
  trustedInstaller: 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
};

/** @returns `S-1-5-32-544`. @throws RangeError when the bytes end before the SID does */
export function decodeSid(bytes: Uint8Array, offset = 0): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Revision, count of parts, authority in 48 bits, of which big numbers are written in hexadecimal.
  const authority = view.getUint16(offset + 2) * 2 ** 32 + view.getUint32(offset + 4);
  const parts = Array.from({ length: view.getUint8(offset + 1) }, (_each, index) =>
    view.getUint32(offset + 8 + index * 4, true),
  );
  const shown = authority < 2 ** 32 ? String(authority) : `0x${authority.toString(16).padStart(12, '0')}`;
  return ['S', view.getUint8(offset), shown, ...parts].join('-');
}
