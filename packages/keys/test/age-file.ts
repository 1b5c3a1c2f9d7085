import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { WrappedFileKey } from '@adcs-backup/core';

/** An age file with one chunk of content, made of a wrapped file key as a pack is. */
export function ageFileOf({ fileKey, header }: WrappedFileKey, content: Uint8Array): Uint8Array {
  const nonce = randomBytes(16);
  const key = Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
  const onlyChunk = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  const cipher = createCipheriv('chacha20-poly1305', key, onlyChunk, { authTagLength: 16 });
  return Buffer.concat([header, nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}
