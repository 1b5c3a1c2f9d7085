import * as promises from 'node:fs/promises';
import type { BackupSink, ErrorCode } from '@adcs-backup/core/sink';
import { type SinkFailure, testSinkConformance } from '@adcs-backup/sink-conformance';
import { describe, it } from 'vitest';
import { type FileSystem, openDiskSink } from '../src/index.ts';
import { type Failing, failing, withoutLinks } from './file-systems.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();

/** Fails once the folder is open. */
async function openFailing(folder: string, base: FileSystem, calls: Failing): Promise<BackupSink> {
  let current = base;
  const fileSystem = new Proxy(base, { get: (_target, name) => Reflect.get(current, name) });
  const sink = await openDiskSink(folder, { fileSystem });
  current = { ...base, ...failing(base, calls) };
  return sink;
}

for (const [name, fileSystem] of [
  ['disk', promises],
  ['disk without hard links', withoutLinks(promises, 'EPERM')],
] satisfies [string, FileSystem][]) {
  const open = async (): Promise<BackupSink> => openDiskSink(await temp.make(name), { fileSystem });
  const fails = (calls: Failing, code: ErrorCode, retryable: boolean): SinkFailure => ({
    name: Object.entries(calls).flat().join(' '),
    open: async () => openFailing(await temp.make(name), fileSystem, calls),
    code,
    retryable,
  });
  testSinkConformance(
    { describe, it },
    {
      name,
      open,
      supports: { retention: false, versions: false, pacing: true },
      failures: [
        fails({ stat: 'EIO', open: 'EIO', readdir: 'EIO' }, 'sink-unreachable', true),
        fails({ stat: 'EACCES', open: 'EACCES', readdir: 'EACCES' }, 'sink-denied', false),
        { ...fails({ open: 'ENOSPC' }, 'sink-full', false), methods: ['put'] },
        { ...fails({ unlink: 'EROFS' }, 'sink-denied', false), methods: ['delete'] },
      ],
    },
  );
}
