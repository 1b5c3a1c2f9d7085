/** What other clients of SFTP send at once; every server takes it. */
const pieceBytes = 32 * 1024;
/** How many requests of one call are on the way, so that a far server isn't waited for after each. */
const atOnce = 32;

export interface Piece {
  readonly offset: number;
  readonly length: number;
}

export interface PieceWork {
  /** Waited for before each piece, one after the other; a rejection is the end. */
  before(piece: Piece): Promise<void>;
  /** Done for several pieces at once. */
  work(piece: Piece): Promise<void>;
}

/** Goes through so many bytes piece by piece. Settles when all work has, with the first failure. */
export async function eachPiece(totalBytes: number, { before, work }: PieceWork): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (let offset = 0; offset < totalBytes && failures.length === 0; offset += pieceBytes) {
    const piece = { offset, length: Math.min(pieceBytes, totalBytes - offset) };
    try {
      await before(piece);
    } catch (error) {
      failures.push(error);
      break;
    }
    const working = work(piece)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(working));
    running.add(working);
    if (running.size === atOnce) await Promise.race(running);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
