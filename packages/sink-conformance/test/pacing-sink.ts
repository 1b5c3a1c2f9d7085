import type { BackupSink, PutOptions } from '@adcs-backup/core/sink';
import type { SinkUnderTest } from '../src/index.ts';
import { type Broken, changed } from './fault.ts';
import { subjectOn } from './subject.ts';

const supports = { retention: false, versions: false, pacing: true };
const pieceBytes = 64 * 1024;

/** Asks for each piece, one after another. */
export async function askForAll(sizeBytes: number, { pace, signal }: PutOptions = {}): Promise<void> {
  for (let offset = 0; offset < sizeBytes; offset += pieceBytes) {
    await pace?.(Math.min(pieceBytes, sizeBytes - offset));
    signal?.throwIfAborted();
  }
}

function pacing({ sink }: Broken): BackupSink {
  return changed(sink, {
    supports,
    put: async (key, body, options) => {
      options?.signal?.throwIfAborted();
      const copy = new Uint8Array(body);
      await askForAll(body.byteLength, options);
      return await sink.put(key, copy, options);
    },
  });
}

/** `wrap` is given a sink that is right but doesn't ask. */
export function pacingSubject(
  name: string = 'MemorySink with pacing',
  wrap: (broken: Broken) => BackupSink = pacing,
): SinkUnderTest {
  const declared = (broken: Broken): Broken => ({ ...broken, sink: changed(broken.sink, { supports }) });
  return { ...subjectOn(name, (broken) => wrap(declared(broken))), supports };
}
