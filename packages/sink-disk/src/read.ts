import { AdcsBackupError } from '@adcs-backup/core';
import { type GetOptions, MAX_OBJECT_BYTES, type ObjectKey } from '@adcs-backup/core/sink';
import type { FileSystem } from './file-system.ts';
import { notFoundError, tooLargeError } from './refusals.ts';
import { pathOf, type Root } from './root.ts';

type FileHandle = Awaited<ReturnType<FileSystem['open']>>;

/** Between two steps an abort is noticed. */
const stepBytes = 4 * 1024 * 1024;

/** Reads a file, or the part that `range` names. @throws `object-not-found`, `object-too-large` */
export async function readObject(root: Root, key: ObjectKey, options: GetOptions): Promise<Uint8Array> {
  const handle = await root.fileSystem.open(pathOf(root, key), 'r');
  try {
    return await readOpen(handle, `object ${key}`, options);
  } finally {
    await handle.close();
  }
}

async function readOpen(handle: FileHandle, what: string, options: GetOptions): Promise<Uint8Array> {
  const found = await handle.stat();
  if (!found.isFile()) throw notFoundError(what, new Error('its name is that of a folder'));
  const offset = Math.min(options.range?.offset ?? 0, found.size);
  const wantedBytes = Math.min(options.range?.length ?? found.size, found.size - offset);
  const maxBytes = options.maxBytes ?? MAX_OBJECT_BYTES;
  if (wantedBytes > maxBytes) throw tooLargeError(what, wantedBytes, maxBytes);
  return await readFully(handle, { what, offset, wantedBytes, signal: options.signal });
}

interface Part {
  /** For messages. */
  readonly what: string;
  readonly offset: number;
  readonly wantedBytes: number;
  readonly signal: AbortSignal | undefined;
}

async function readFully(handle: FileHandle, part: Part): Promise<Uint8Array> {
  const bytes = new Uint8Array(part.wantedBytes);
  let filled = 0;
  while (filled < bytes.byteLength) {
    part.signal?.throwIfAborted();
    const step = Math.min(stepBytes, bytes.byteLength - filled);
    const { bytesRead } = await handle.read(bytes, filled, step, part.offset + filled);
    if (bytesRead === 0) {
      throw new AdcsBackupError('sink-failed', `${part.what} became shorter while it was read`, { retryable: true });
    }
    filled += bytesRead;
  }
  part.signal?.throwIfAborted();
  return bytes;
}
