import { type GetOptions, MAX_OBJECT_BYTES } from '@adcs-backup/core/sink';
import { eachPiece } from './pieces.ts';
import { changedError, notFoundError, tooLargeError } from './refusals.ts';
import type { Handle, Session, Span } from './session.ts';

export interface Reading extends GetOptions {
  /** For messages. */
  readonly what: string;
}

/** Reads a file, or the part that `range` names. @throws `object-not-found`, `object-too-large` */
export async function readObject(session: Session, path: string, reading: Reading): Promise<Uint8Array> {
  const handle = await session.open(path);
  try {
    return await readOpen(session, handle, reading);
  } finally {
    await session.close(handle);
  }
}

async function readOpen(session: Session, handle: Handle, reading: Reading): Promise<Uint8Array> {
  const { what, range, maxBytes = MAX_OBJECT_BYTES, signal } = reading;
  const found = await session.statOpen(handle);
  if (!found.isFile()) throw notFoundError(what, new Error('its name is that of a folder'));
  const start = Math.min(range?.offset ?? 0, found.size);
  const wantedBytes = Math.min(range?.length ?? found.size, found.size - start);
  if (wantedBytes > maxBytes) throw tooLargeError(what, wantedBytes, maxBytes);
  const buffer = Buffer.allocUnsafeSlow(wantedBytes);
  await eachPiece(wantedBytes, {
    before: async () => signal?.throwIfAborted(),
    work: async ({ offset, length }) => {
      const filledBytes = await fill(session, handle, { buffer, offset, length, position: start + offset });
      if (filledBytes < length) throw changedError(what, wantedBytes, offset + filledBytes);
    },
  });
  signal?.throwIfAborted();
  return buffer;
}

/** How many bytes came: less than the length only at the end of the file. A server may give less at once. */
async function fill(session: Session, handle: Handle, span: Span): Promise<number> {
  let filledBytes = 0;
  while (filledBytes < span.length) {
    const readBytes = await session.read(handle, {
      buffer: span.buffer,
      offset: span.offset + filledBytes,
      length: span.length - filledBytes,
      position: span.position + filledBytes,
    });
    if (readBytes === 0) break;
    filledBytes += readBytes;
  }
  return filledBytes;
}
