import type { BackupSink, StoredObject } from '@adcs-backup/core/sink';

/** A sink that could not be opened: every call rejects with the reason, so that a run with others goes on without it. */
export function unopenedSink(location: string, reason: unknown): BackupSink {
  const refuse = async (): Promise<never> => {
    throw reason;
  };
  return {
    sinkApi: 1,
    location,
    // Whatever it is asked for, the reason is what counts.
    supports: { retention: true, versions: true },
    put: refuse,
    get: refuse,
    stat: refuse,
    // biome-ignore lint/correctness/useYield: there is nothing to give
    list: async function* (): AsyncGenerator<StoredObject, void, undefined> {
      await refuse();
    },
    delete: refuse,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
