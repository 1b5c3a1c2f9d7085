import type { ObjectKey, PutOptions } from '@adcs-backup/core/sink';
import { GetObjectRetentionCommand, type ObjectLockRetention } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { nameOf, statusOf } from './errors.ts';
import { notRetainedError } from './refusals.ts';

/** As headers have it, never earlier. */
export function wholeSeconds(time: Date): Date {
  return new Date(Math.ceil(time.getTime() / 1000) * 1000);
}

/**
 * Reads back the lock of an object that was put with one: a server that doesn't know locks takes the object all the
 * same, and says nothing.
 * @throws `sink-denied` when the lock is none, weaker, or can't be seen
 */
export async function checkRetention(
  bucket: Bucket,
  { key, version }: { readonly key: ObjectKey; readonly version: string | undefined },
  { retainUntil, signal }: PutOptions,
): Promise<void> {
  if (retainUntil === undefined) return;
  const what = `object ${key}`;
  const command = new GetObjectRetentionCommand({
    ...bucket.names(key),
    ...(version === undefined ? {} : { VersionId: version }),
  });
  let found: ObjectLockRetention | undefined;
  try {
    const output = await bucket.call({ signal }, ({ options }) => bucket.client.send(command, options));
    found = output.Retention;
  } catch (error) {
    if (statusOf(error) === 403) throw notRetainedError(what, "its lock can't be read (s3:GetObjectRetention)", error);
    if (isWithout(error)) throw notRetainedError(what, 'the server keeps no lock for it', error);
    throw error;
  }
  const { Mode: mode, RetainUntilDate: until } = found ?? {};
  if (until === undefined) throw notRetainedError(what, 'the server keeps no lock for it');
  if (mode !== 'COMPLIANCE' || until < wholeSeconds(retainUntil)) {
    throw notRetainedError(what, `its lock is ${mode}, until ${until.toISOString()}`);
  }
}

/** Of the object, of the bucket, or of the server. */
function isWithout(error: unknown): boolean {
  const names = ['NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError', 'InvalidRequest'];
  return names.includes(nameOf(error)) || [404, 405, 501].includes(statusOf(error) ?? 0);
}
