/**
 * A process that puts objects, for tests with several of them: `writer.ts FOLDER NAME COUNT KEYS links|no-links`.
 * KEYS `shared`: the same keys as every other writer; `own`: keys of its own. Prints `won KEY` or `lost KEY`.
 */
import * as promises from 'node:fs/promises';
import { AdcsBackupError } from '@adcs-backup/core';
import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf } from '@adcs-backup/sink-conformance';
import { openDiskSink } from '../src/index.ts';
import { withoutLinks } from './file-systems.ts';

const [folder = '', name = '', count = '0', keys = 'own', links = 'links'] = process.argv.slice(2);
const fileSystem = links === 'links' ? promises : withoutLinks(promises, 'EPERM');
const sink = await openDiskSink(folder, { fileSystem });
for (let index = 0; index < Number(count); index += 1) {
  const key = objectKey(keys === 'shared' ? `raced/${index}` : `${name}/${index}`);
  const isStored = await sink.put(key, bytesOf(`${name} ${index}`, 1_000_000)).then(
    () => true,
    (error: unknown) => {
      if (AdcsBackupError.is(error, 'object-exists')) return false;
      throw error;
    },
  );
  process.stdout.write(`${isStored ? 'won' : 'lost'} ${key}\n`);
}
await sink[Symbol.asyncDispose]();
