import type { ObjectSigner } from '../keys.ts';
import type { BackupSink, CallOptions, StoredObject } from '../sink/backup-sink.ts';
import type { ObjectKey } from '../sink/keys.ts';
import { signatureKey } from './layout.ts';

export interface SignedPut extends CallOptions {
  /** Without one, the object is put alone. */
  readonly signer: ObjectSigner | undefined;
}

/** Puts an object, before it its signature: who finds the object finds that, too. */
export async function putSigned(
  sink: BackupSink,
  { key, body }: { readonly key: ObjectKey; readonly body: Uint8Array },
  { signer, signal }: SignedPut,
): Promise<StoredObject> {
  if (signer !== undefined) await sink.put(signatureKey(key), signer.sign(body, key), { signal });
  return await sink.put(key, body, { signal });
}
