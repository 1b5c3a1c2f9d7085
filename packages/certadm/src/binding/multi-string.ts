/** Double-NUL-terminated UTF-16 lists, as Certadm returns them. */
import { AdcsBackupError } from '@adcs-backup/core';

/**
 * Splits `bytes` (UTF-16LE, terminators included) into its entries. No bytes, or NULs only, is an
 * empty list: the documentation doesn't say which of them Certadm answers.
 * @param source the function that answered, for messages
 * @throws `certsrv-failed` when the bytes aren't a whole list
 */
export function decodeMultiString(bytes: Uint8Array, source: string): readonly string[] {
  if (bytes.length % 2 !== 0) {
    throw malformed(source, `${bytes.length} bytes are no whole number of UTF-16 characters`);
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf16le');
  const content = withoutTrailingNuls(text);
  if (content === '') {
    return [];
  }
  if (text.length - content.length < 2) {
    throw malformed(source, 'it has no terminator');
  }
  const entries = content.split('\0');
  if (entries.includes('')) {
    throw malformed(source, 'there is more behind its terminator');
  }
  return entries;
}

function withoutTrailingNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\0') {
    end -= 1;
  }
  return text.slice(0, end);
}

function malformed(source: string, reason: string): AdcsBackupError {
  return new AdcsBackupError('certsrv-failed', `${source} answered a malformed list: ${reason}`);
}
