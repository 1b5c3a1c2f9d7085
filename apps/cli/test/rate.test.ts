import { describe, expect, it } from 'vitest';
import { bytesPerSecond } from '../src/values/rate.ts';
import { newFolder } from './place.ts';
import { cli } from './run-cli.ts';

describe('a rate', () => {
  it('is counted in bytes per second', () => {
    const rates = ['500KiB/s', '4MiB/s', ' 1.5 GiB/s ', '256kbit/s', '10Mbit/s', '1gbit/s'];
    expect(rates.map(bytesPerSecond)).toEqual([512_000, 4_194_304, 1_610_612_736, 32_000, 1_250_000, 125_000_000]);
  });

  it.each(['', '10', '10M', '10MB/s', '4 MiB', '1e3KiB/s', '-4MiB/s', '10Mbps'])('is not %j', (text) => {
    expect(() => bytesPerSecond(text)).toThrow(
      new RangeError('not a rate: write it like 500KiB/s, 4MiB/s or 10Mbit/s'),
    );
  });

  it('is refused where it is too slow, with the name of the flag', async () => {
    const { exitCode, stderr } = await cli(['backup', await newFolder(), '--limit-upload', '31KiB/s']);
    expect(stderr).toContain("--limit-upload <rate>' argument '31KiB/s' is invalid: too slow: at least 256kbit/s");
    expect(exitCode).toBe(2);
  });
});
