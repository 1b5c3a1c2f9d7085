import * as promises from 'node:fs/promises';
import { MemorySink } from '@adcs-backup/core/testing';
import { describe, it } from 'vitest';
import { openDiskSink } from '../src/index.ts';
import { withoutLinks } from './file-systems.ts';
import { checkSinkContract } from './sink-contract.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();
const memory = new Map<string, MemorySink>();

checkSinkContract({ describe, it, name: 'disk', open: async (place) => openDiskSink(await temp.make(place)) });

checkSinkContract({
  describe,
  it,
  name: 'disk without hard links',
  open: async (place) => openDiskSink(await temp.make(place), { fileSystem: withoutLinks(promises, 'EPERM') }),
});

checkSinkContract({
  describe,
  it,
  name: 'memory',
  open: async (place) => {
    const sink = memory.get(place) ?? new MemorySink();
    memory.set(place, sink);
    return sink;
  },
});
