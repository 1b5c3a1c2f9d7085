import { AdcsBackupError, type BackupSink, type ObjectKey } from '@adcs-backup/core/sink';
import { MemorySink } from '@adcs-backup/core/testing';
import { conformanceChecks } from '@adcs-backup/sink-conformance';
import { describe, expect, it } from 'vitest';

/** While a put of a key goes on, others are asked to come again, as S3 asks them with 409. */
class BusySink extends MemorySink {
  readonly #busy: Set<ObjectKey> = new Set();
  readonly #lands: boolean;

  /** `lands`: the first put of a race is said to be in doubt, though it has landed. */
  constructor({ lands }: { readonly lands: boolean }) {
    super();
    this.#lands = lands;
  }

  override async put(...args: Parameters<BackupSink['put']>): ReturnType<BackupSink['put']> {
    const [key] = args;
    if (this.#busy.has(key)) throw new AdcsBackupError('sink-failed', `${key} is busy`, { retryable: true });
    this.#busy.add(key);
    try {
      await new Promise(setImmediate);
      const isFirst = !this.objects.has(key);
      const stored = await super.put(...args);
      if (this.#lands && isFirst) throw new AdcsBackupError('sink-failed', 'no reply', { retryable: true });
      return stored;
    } finally {
      this.#busy.delete(key);
    }
  }
}

async function raceIn(sink: BackupSink): Promise<void> {
  const checks = conformanceChecks({ name: 'busy', open: async () => sink });
  await checks.find(({ name }) => name === 'lets one of eight racing puts win')?.run();
}

describe('a race of puts', () => {
  it.each([false, true])('may ask losers to come again; a put in doubt that has landed: %j', async (lands) => {
    const sink = new BusySink({ lands });
    await raceIn(sink);
    expect(sink.calls.filter(({ method }) => method === 'put').length).toBeGreaterThan(1);
  });

  it('is lost by a sink that refuses with anything else', async () => {
    const sink = new MemorySink();
    const put = sink.put.bind(sink);
    const refusing = Object.assign(sink, {
      put: async (...args: Parameters<BackupSink['put']>) => {
        if (sink.objects.has(args[0])) throw new AdcsBackupError('sink-denied', 'no');
        return await put(...args);
      },
    });
    await expect(raceIn(refusing)).rejects.toMatchObject({ code: 'sink-denied' });
  });
});
