/** Root of the tree of page ranges that the database owns. */
export const OWNED_RANGES_PAGE = 2;

const ROOT_LEAF_SPACE_TREE = 0x1 | 0x2 | 0x20;
const DATABASE_OBJECT = 1;
/** Of a node without a compressed key: length of the key, last page (big-endian), number of pages. */
const NODE_BYTES = 10;
const KEY_BYTES = 4;

/**
 * The number of the last page that a database owns, by a good page {@link OWNED_RANGES_PAGE}. What lies
 * after it in the file is no page. Undefined when the page alone doesn't tell: the tree is larger.
 */
export function readOwnedEnd(view: DataView, offset: number, pageSize: number): number | undefined {
  const isSmall = pageSize <= 8192;
  const headerBytes = isSmall ? 40 : 80;
  const sizeMask = isSmall ? 0x1fff : 0x7fff;
  const flags = view.getUint32(offset + 36, true);
  const lastTag = (view.getUint16(offset + 34, true) & 0xfff) - 1;
  const isWholeTree = (flags & ROOT_LEAF_SPACE_TREE) === ROOT_LEAF_SPACE_TREE;
  if (!isWholeTree || view.getUint32(offset + 24, true) !== DATABASE_OBJECT || lastTag < 1) return undefined;
  const tagAt = pageSize - 4 * (lastTag + 1);
  if (tagAt < headerBytes) return undefined;
  const [size, start] = [view.getUint16(offset + tagAt, true), view.getUint16(offset + tagAt + 2, true)];
  const nodeAt = headerBytes + (start & sizeMask);
  // Higher bits of the tag, or of the key's length, would say that the node is deleted or compressed.
  const isPlain = size === NODE_BYTES && start === (start & sizeMask) && nodeAt + NODE_BYTES <= tagAt;
  if (!isPlain || view.getUint16(offset + nodeAt, true) !== KEY_BYTES) return undefined;
  return view.getUint32(offset + nodeAt + 2);
}
