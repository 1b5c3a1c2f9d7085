import { AdcsBackupError } from '../errors.ts';
import { type ChainLock, lockedUntil } from '../store/chain-lock.ts';
import { chainOfKey } from '../store/layout.ts';
import type { BackupSink } from './backup-sink.ts';
import { withPut } from './with-put.ts';

/** Stores refuse a date that has passed by their own clock; a clock that is further off they refuse as such. */
const CLOCK_TOLERANCE_MS = 15 * 60_000;

export interface SinkLock extends ChainLock {
  /** By this computer's clock. */
  readonly now?: () => Date;
}

/**
 * Puts every object with the one lock date of the chain that its key names: {@link lockedUntil}. What is copied after
 * that date is put without a lock: its lock is over, and no store takes a date that has passed. Belongs inside
 * `withRetry`, so that a put that was in doubt is resolved as ever.
 * @throws `invalid-usage` for a sink that can't lock. Puts reject with `internal` for a key of no chain.
 */
export function lockedSink(sink: BackupSink, lock: SinkLock): BackupSink {
  if (!sink.supports.retention) throw cannotLock(sink);
  return withPut(sink, async (key, body, options = {}) => {
    const chain = chainOfKey(key);
    if (chain === undefined) throw new AdcsBackupError('internal', `object ${key} belongs to no chain: it has no date`);
    const retainUntil = lockedUntil(chain, lock);
    const now = lock.now?.() ?? new Date();
    const isOver = retainUntil.getTime() <= now.getTime() + CLOCK_TOLERANCE_MS;
    return await sink.put(key, body, isOver ? options : { ...options, retainUntil });
  });
}

function cannotLock(sink: BackupSink): AdcsBackupError {
  return new AdcsBackupError('invalid-usage', `${sink.location} can't lock what it stores`, {
    hint: 'Leave --lock-for out, or take a sink with locks: a bucket with object lock, an Azure container with version-level immutability.',
  });
}
