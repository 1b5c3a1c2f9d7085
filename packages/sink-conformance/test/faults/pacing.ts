import { AdcsBackupError, type BackupSink } from '@adcs-backup/core/sink';
import { changed, type Fault, type FaultyGroup } from '../fault.ts';
import { askForAll } from '../pacing-sink.ts';

type Put = BackupSink['put'];

const everyByte = 'asks for every byte, 64 KiB at a time at most';
const oneByOne = 'waits for each piece before it asks for the next, and sends nothing that was not allowed';
const aborted = 'ends a put whose pace is aborted with the very reason, and leaves nothing or the whole object';

/** Right in all but `put`; its own `put` doesn't ask. */
function putBy(name: string, fails: readonly string[], put: (sink: BackupSink) => Put): Fault {
  return { name, fails, wrap: ({ sink }) => changed(sink, { put: put(sink) }) };
}

/** Those that support it. */
export const pacingFaults: FaultyGroup = {
  group: 'pacing',
  faults: [
    putBy('asks for nothing', [everyByte, oneByOne, aborted], (sink) => sink.put.bind(sink)),
    putBy('asks for all at once', [everyByte, aborted], (sink) => async (key, body, options) => {
      await options?.pace?.(body.byteLength);
      return await sink.put(key, body, options);
    }),
    putBy('asks for full pieces only', [everyByte, oneByOne], (sink) => async (key, body, options) => {
      await askForAll(body.byteLength - (body.byteLength % (64 * 1024)), options);
      return await sink.put(key, body, options);
    }),
    putBy('sends first, and asks later', [oneByOne], (sink) => async (key, body, options) => {
      const stored = await sink.put(key, body, options);
      await askForAll(body.byteLength, options);
      return stored;
    }),
    putBy('asks for two pieces at a time', [oneByOne], (sink) => async (key, body, options) => {
      const half = Math.floor(body.byteLength / 2);
      await Promise.all([askForAll(half, options), askForAll(body.byteLength - half, options)]);
      return await sink.put(key, body, options);
    }),
    putBy('takes an aborted pace for a failure of the sink', [aborted], (sink) => async (key, body, options) => {
      try {
        await askForAll(body.byteLength, options);
      } catch (cause) {
        throw new AdcsBackupError('sink-failed', `object ${key} could not be sent`, { cause });
      }
      return await sink.put(key, body, options);
    }),
  ],
};

/** Those that don't. */
export const noPacingFaults: FaultyGroup = {
  group: 'pacing',
  faults: [
    putBy('refuses a pace that it can not keep', ['takes a put with pace and without support for it'], (sink) => {
      return async (key, body, options) => {
        if (options?.pace === undefined) return await sink.put(key, body, options);
        throw new AdcsBackupError('sink-failed', `object ${key} can't be paced`);
      };
    }),
  ],
};
