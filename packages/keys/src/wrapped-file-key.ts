import { AdcsBackupError, type WrappedFileKey } from '@adcs-backup/core';
import { Encrypter } from 'age-encryption';

/** The payload of an empty age file: a nonce, then the tag of its one empty chunk. */
const EMPTY_PAYLOAD_BYTES = 16 + 16;

/**
 * A new file key for these recipients. The library encrypts an empty file, and yields the key to one more recipient,
 * who leaves no trace in the header; the payload is for somebody faster.
 */
export async function wrapNewFileKey(names: readonly string[]): Promise<WrappedFileKey> {
  const encrypter = new Encrypter();
  for (const name of names) encrypter.addRecipient(name);
  let yielded: Uint8Array | undefined;
  encrypter.addRecipient({
    wrapFileKey(fileKey) {
      yielded = Uint8Array.from(fileKey);
      return [];
    },
  });
  const file = await encrypter.encrypt(new Uint8Array(0));
  /* v8 ignore next -- @preserve a library that makes a file without asking every recipient is another one */
  if (yielded === undefined) throw new AdcsBackupError('internal', 'the age library yielded no file key');
  return { fileKey: yielded, header: file.slice(0, -EMPTY_PAYLOAD_BYTES) };
}
