import { AdcsBackupError, type BackupSink } from '@adcs-backup/core/sink';
import { type MemoryObject, MemorySink } from '@adcs-backup/core/testing';

/** The sink of the README's example: it has a password, and keeps its objects in memory. */
export async function openMySink(location: string, { password }: { readonly password: string }): Promise<BackupSink> {
  if (password !== 'made-up-for-the-tests') {
    const cause = new Error('401');
    throw new AdcsBackupError('sink-denied', `${location}: the password is wrong`, { cause });
  }
  return new MySink();
}

const place = new Map<string, MemoryObject>();

class MySink extends MemorySink {
  override readonly objects: Map<string, MemoryObject> = place;
}
