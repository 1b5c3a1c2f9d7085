import { strict as assert } from 'node:assert';
import type { BackupSink, CallOptions, ObjectKey, ObjectVersion } from '@adcs-backup/core/sink';
import { assertSameBytes } from './bytes.ts';

/** What the sink keeps of an object. @throws AssertionError where it says that it supports versions, and can't tell */
export async function versionsOf(
  sink: BackupSink,
  key: ObjectKey,
  options?: CallOptions,
): Promise<readonly ObjectVersion[]> {
  assert.ok(sink.versions !== undefined, 'the sink supports versions, and has no method `versions`');
  return await sink.versions(key, options);
}

/** @throws AssertionError when there is none */
export async function newestVersion(sink: BackupSink, key: ObjectKey): Promise<ObjectVersion> {
  const [version] = await versionsOf(sink, key);
  assert.ok(version !== undefined, `${key}: no version, though it was put`);
  return version;
}

/** @throws AssertionError unless these, newest first, are the versions of an object, each with its size and bytes */
export async function assertVersions(sink: BackupSink, key: ObjectKey, wanted: readonly Uint8Array[]): Promise<void> {
  const found = await versionsOf(sink, key);
  const sizes = wanted.map(({ byteLength }) => byteLength);
  assert.deepEqual(
    found.map(({ sizeBytes }) => sizeBytes),
    sizes,
    `${key}: versions of ${found.map(({ sizeBytes }) => sizeBytes).join(', ')} bytes, not of ${sizes.join(', ')}`,
  );
  const ids = found.map(({ id }) => id).values();
  for (const [index, bytes] of wanted.entries()) {
    const version = ids.next().value;
    assertSameBytes(await sink.get(key, { version }), bytes, `version ${index + 1} of ${key}, newest first`);
  }
}

/** @throws AssertionError unless one of the versions of an object has these bytes */
export async function assertAmongVersions(sink: BackupSink, key: ObjectKey, wanted: Uint8Array): Promise<void> {
  const found = await versionsOf(sink, key);
  for (const { id, sizeBytes } of found) {
    if (sizeBytes === wanted.byteLength && Buffer.compare(await sink.get(key, { version: id }), wanted) === 0) return;
  }
  assert.fail(`${key}: ${found.length} versions, but not the one of ${wanted.byteLength} bytes that was put`);
}
