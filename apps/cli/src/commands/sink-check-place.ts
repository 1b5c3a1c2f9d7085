import { AdcsBackupError } from '@adcs-backup/core';
import {
  type BackupSink,
  type CallOptions,
  type ObjectKey,
  objectKey,
  type SinkSetting,
  type SinkSupports,
} from '@adcs-backup/core/sink';
import { bytesOf, keysOf, type PlaceSetUp } from '@adcs-backup/sink-conformance';

/** What the place is like, found out before any promise is tried. */
export interface Place {
  /** How far the sink's clock is ahead of this computer's; below zero: behind. */
  readonly aheadMs: number;
  readonly canDelete: boolean;
}

/**
 * Puts one object, looks at it, reads, lists and deletes it.
 * @throws what the first call rejects with that a backup needs: the place can't be used then
 */
export async function lookAtPlace(sink: BackupSink, prefix: string, options: CallOptions): Promise<Place> {
  const key = objectKey(`${prefix}probe`);
  const beganAt = Date.now();
  const stored = await sink.put(key, bytesOf('probe', 1000), options);
  const between = { beganAt, endedAt: Date.now() };
  // The reply to a put may have no more than the time of the reply.
  const { modifiedAt } = (await sink.stat(key, options)) ?? stored;
  await sink.get(key, options);
  await keysOf(sink, prefix, options);
  return { aheadMs: aheadOf(modifiedAt, between), canDelete: await mayDelete(sink, key, options) };
}

/** Stores tell whole seconds, and file systems the time of the last tick: less is no difference. */
const TICK_MS = 1000;

/** Nothing, where the sink's time lies between the begin and the end of the call. */
function aheadOf(modifiedAt: Date, { beganAt, endedAt }: { beganAt: number; endedAt: number }): number {
  const time = modifiedAt.getTime();
  const aheadMs = Math.round(Math.max(0, time - endedAt) + Math.min(0, time - beganAt));
  return Math.abs(aheadMs) < TICK_MS ? 0 : aheadMs;
}

async function mayDelete(sink: BackupSink, key: ObjectKey, options: CallOptions): Promise<boolean> {
  try {
    await sink.delete(key, options);
    return true;
  } catch (error) {
    if (AdcsBackupError.is(error, 'sink-denied')) return false;
    throw error;
  }
}

/** What the settings say of retention and versions; what they don't mention is taken to be as the sink supports it. */
export function setUpOf(settings: readonly SinkSetting[]): Partial<PlaceSetUp> {
  return {
    ...(isOff(settings, 'lock') ? { retention: false } : {}),
    ...(isOff(settings, 'versioning') ? { versions: false } : {}),
  };
}

/** Groups of promises that the sink would keep where the settings allow it, which nobody can see. */
export function unseenOf(
  settings: readonly SinkSetting[],
  { retention, versions }: SinkSupports,
): Readonly<Record<string, string>> {
  const unseen = (name: string): boolean => settings.some((each) => each.name === name && each.state === 'unknown');
  return {
    ...(retention && unseen('lock') ? { retention: 'nobody could see whether objects can be locked there' } : {}),
    ...(versions && unseen('versioning') ? { versions: 'nobody could see whether versions are kept there' } : {}),
  };
}

function isOff(settings: readonly SinkSetting[], name: string): boolean {
  return settings.some((each) => each.name === name && each.state === 'off');
}
