import { describe, expect, it } from 'vitest';
import { childSeconds, measure } from '../src/measure.ts';

describe('childSeconds', () => {
  it('adds user and system time of the children, from the second line', () => {
    expect(childSeconds('0m9.000s 0m9.000s\n1m2.500s 0m0.250s\n')).toBe(62.75);
    expect(childSeconds('')).toBe(0);
  });
});

describe.skipIf(process.platform !== 'linux')('measure', () => {
  const node = process.execPath;

  it('says what a command wrote and cost', async () => {
    const script =
      'const held = Buffer.alloc(64 * 2 ** 20, 1); process.stdout.write("out"); setTimeout(() => held, 500)';
    const measured = await measure(node, ['--eval', script]);
    expect(measured).toMatchObject({ stdout: 'out', stderr: '' });
    expect(measured.peakBytes).toBeGreaterThan(64 * 2 ** 20);
    expect(measured.wallSeconds).toBeGreaterThan(0.5);
    expect(measured.cpuSeconds).toBeGreaterThan(0);
  });

  it('fails with what the command wrote when the command fails', async () => {
    const script = 'process.stderr.write("it broke"); process.exitCode = 7';
    await expect(measure(node, ['--eval', script])).rejects.toThrow(/ended with 7:\nit broke/);
  });

  it('runs in the folder and environment that it is given', async () => {
    const script = 'process.stdout.write(process.cwd() + process.env.BENCH_WORD)';
    const { stdout } = await measure(node, ['--eval', script], { cwd: '/', env: { BENCH_WORD: 'word' } });
    expect(stdout).toBe('/word');
  });
});
