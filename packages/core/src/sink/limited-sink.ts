import type { BackupSink } from './backup-sink.ts';
import type { UploadLimit } from './upload-limit.ts';
import { withPut } from './with-put.ts';

/**
 * Sends no faster than `limit` allows: piece by piece where the sink supports pacing, otherwise an object is held
 * back until all of its bytes may pass. Belongs inside `withRetry`, so that what is sent again counts again.
 */
export function withUploadLimit(sink: BackupSink, limit: UploadLimit): BackupSink {
  return withPut(sink, async (key, body, options = {}) => {
    const { signal } = options;
    if (sink.supports.pacing !== true) {
      await limit.take(body.byteLength, signal);
      return await sink.put(key, body, options);
    }
    const pace = async (bytes: number): Promise<void> => {
      await limit.take(bytes, signal);
      await options.pace?.(bytes);
    };
    return await sink.put(key, body, { ...options, pace });
  });
}
