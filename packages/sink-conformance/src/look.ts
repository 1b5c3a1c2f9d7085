import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { AdcsBackupError, type BackupSink, type ObjectKey, type StoredObject } from '@adcs-backup/core/sink';
import { assertSameBytes } from './bytes.ts';
import { keysOf, rejectsWith } from './expect.ts';

/** @throws AssertionError unless get, stat and list show the whole object */
export async function assertThere(sink: BackupSink, key: ObjectKey, body: Uint8Array): Promise<void> {
  assertSameBytes(await sink.get(key), body, `get ${key}`);
  const stored = await sink.stat(key);
  assert.ok(stored, `stat ${key} finds nothing`);
  assert.equal(stored.sizeBytes, body.byteLength, `stat ${key}: ${stored.sizeBytes} bytes, not ${body.byteLength}`);
  assert.ok((await keysOf(sink, key)).includes(key), `${key} is not listed`);
}

/** @throws AssertionError unless both say the same of an object, with times that are `apartMs` apart at most */
export function assertSameStored(
  found: StoredObject | undefined,
  wanted: StoredObject,
  { what, apartMs }: { readonly what: string; readonly apartMs: number },
): void {
  const show = (stored: unknown): string => inspect(stored, { breakLength: Number.POSITIVE_INFINITY });
  const isSame =
    found?.key === wanted.key &&
    found.sizeBytes === wanted.sizeBytes &&
    Math.abs(found.modifiedAt.getTime() - wanted.modifiedAt.getTime()) <= apartMs;
  assert.ok(isSame, `${what}: ${show(found)}, not ${show(wanted)}`);
}

/** @throws AssertionError unless get, stat and list show nothing of the object */
export async function assertGone(sink: BackupSink, key: ObjectKey): Promise<void> {
  await rejectsWith(sink.get(key), 'object-not-found');
  assert.equal(await sink.stat(key), undefined, `stat ${key} finds something`);
  assert.ok(!(await keysOf(sink, key)).includes(key), `${key} is listed`);
}

/**
 * Looks for an object that may appear at any moment: each look shows nothing or all of it, and what was there
 * stays. True when it is there. @throws AssertionError
 */
export async function isWhole(sink: BackupSink, key: ObjectKey, body: Uint8Array): Promise<boolean> {
  const looks = [listedBytes, statBytes, getIfThere];
  let wasThere = false;
  for (const look of looks) {
    const found = await look(sink, key);
    assert.ok(found !== undefined || !wasThere, `${key} was there, and is gone`);
    wasThere = found !== undefined;
    if (found === undefined) continue;
    const sizeBytes = typeof found === 'number' ? found : found.byteLength;
    assert.equal(sizeBytes, body.byteLength, `${key}: a part is there, ${sizeBytes} of ${body.byteLength} bytes`);
    if (typeof found !== 'number') assertSameBytes(found, body, `get ${key}`);
  }
  return wasThere;
}

async function listedBytes(sink: BackupSink, key: ObjectKey): Promise<number | undefined> {
  for await (const object of sink.list(key)) {
    if (object.key === key) return object.sizeBytes;
  }
  return undefined;
}

async function statBytes(sink: BackupSink, key: ObjectKey): Promise<number | undefined> {
  return (await sink.stat(key))?.sizeBytes;
}

export async function getIfThere(sink: BackupSink, key: ObjectKey): Promise<Uint8Array | undefined> {
  try {
    return await sink.get(key);
  } catch (error) {
    if (AdcsBackupError.is(error, 'object-not-found')) return undefined;
    throw error;
  }
}
