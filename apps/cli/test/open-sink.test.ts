import { readdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { objectKey } from '@adcs-backup/core/sink';
import { describe, expect, it } from 'vitest';
import { Channel } from '../src/output/channel.ts';
import { Output } from '../src/output/output.ts';
import type { Run } from '../src/run.ts';
import { openPlainSink } from '../src/sinks/open-sink.ts';
import { sinkStallMs } from '../src/sinks/stall-patience.ts';
import { uploadLimitOf } from '../src/sinks/upload-limit-of.ts';
import { newFolder } from './place.ts';

function newRun(): Run {
  const output = new Output({
    stdout: new Channel(process.stdout, 1),
    stderr: new Channel(process.stderr, 2),
    environment: {},
    isJson: false,
    isQuiet: true,
    isVerbose: false,
    allowsColor: false,
  });
  return { output, signal: new AbortController().signal, endWith: () => undefined, endNow: () => undefined };
}

const key = objectKey('pack-00001');
const reason = new Error('enough');

describe('a sink that is opened with --limit-upload', () => {
  it('sends no faster', async () => {
    const where = await newFolder();
    const run = newRun();
    const [limited, free] = await Promise.all(
      [1000, undefined].map((limitUpload) => openPlainSink({ run, where, flags: { limitUpload } })),
    );
    const controller = new AbortController();
    // A minute's worth at that rate.
    const put = limited?.put(key, new Uint8Array(60_000), { signal: controller.signal });
    await Promise.race([put, setTimeout(300)]);
    controller.abort(reason);
    await expect(put).rejects.toBe(reason);
    expect(await readdir(where)).toEqual([]);
    await free?.put(key, new Uint8Array(60_000));
    expect(await readdir(where)).toEqual([key]);
  });

  it('shares the limit with the other sinks of the run, and with none of another', () => {
    const [run, other] = [newRun(), newRun()];
    expect(uploadLimitOf(run, 1000)).toBe(uploadLimitOf(run, 1000));
    expect(uploadLimitOf(run, 1000).bytesPerSecond).toBe(1000);
    expect(uploadLimitOf(run, 1000)).not.toBe(uploadLimitOf(other, 1000));
  });
});

describe('the patience with a sink of which no call succeeds', () => {
  it('is that of --retry-for, a minute at least', () => {
    expect([{}, { retryFor: 3_600_000 }, { retryFor: 0 }].map((flags) => sinkStallMs(flags, 2))).toEqual([
      900_000, 3_600_000, 60_000,
    ]);
  });

  it('lasts until what is on its way to all sinks may have passed the upload limit', () => {
    const mib = 1024 * 1024;
    expect(sinkStallMs({ retryFor: 0, limitUpload: mib }, 3)).toBe(60_000 + 3 * 64_000);
  });
});
