import { AdcsBackupError } from '../errors.ts';
import type { ObjectSignature, TrustedSigners } from '../keys.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import { objectKey } from '../sink/keys.ts';
import { signatureKey } from './layout.ts';
import { type ReadOptions, readObject, type WantedObject } from './older-versions.ts';
import { isStoredFault } from './stored-fault.ts';

/**
 * Reads an object that is held to its signature where signers are trusted, before anything is made of its bytes:
 * a manifest, outcome, map or begin.
 * @throws `signature-invalid` when there is no signature, or none that counts; what {@link readObject} throws
 */
export async function readSigned<T>(sink: BackupSink, wanted: WantedObject<T>, options: ReadOptions): Promise<T> {
  const { trusted } = options;
  if (trusted === undefined) return await readObject(sink, wanted, options);
  const signature = await readSignature(sink, wanted.key, { ...options, trusted });
  const accept = (bytes: Uint8Array): T => {
    signature.check(bytes);
    return wanted.accept(bytes);
  };
  return await readObject(sink, { ...wanted, accept }, options);
}

async function readSignature(
  sink: BackupSink,
  key: string,
  options: ReadOptions & { readonly trusted: TrustedSigners },
): Promise<ObjectSignature> {
  const accept = (bytes: Uint8Array): ObjectSignature => options.trusted.signatureOf(bytes, key);
  try {
    return await readObject(sink, { key: signatureKey(objectKey(key)), sizeBytes: undefined, accept }, options);
  } catch (error) {
    if (!isStoredFault(error) || error.code === 'signature-invalid') throw error;
    const why = error.code === 'object-not-found' ? 'is not signed' : `has no readable signature: ${error.message}`;
    throw new AdcsBackupError('signature-invalid', `${key} ${why}`, {
      cause: error,
      hint: 'It was put there, or its signature taken away, by somebody without the signing key: find out who may write to the sink. Sets from before signing was switched on are read without --signed-by.',
    });
  }
}
