import { describe, expect, it } from 'vitest';
import { newFolder } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';

describe('a wrong command line', () => {
  it.each([
    [['lst'], "unknown command 'lst'", 'Did you mean list?'],
    [['list', '/x', '--jsn'], "unknown option '--jsn'", 'Did you mean --json?'],
    [['backup', '/x', '--truncat-logs'], "unknown option '--truncat-logs'", 'Did you mean --truncate-logs?'],
    [['list', '/x', '--to', '/y'], "unknown option '--to'", 'Add --help for what can be typed.'],
    [['list'], "missing required argument 'sink'", 'Add --help for what can be typed.'],
    [
      ['list', '/x', '/y'],
      "too many arguments for 'list'. Expected 1 argument but got 2: /x, /y",
      'Add --help for what can be typed.',
    ],
    [['restore', '/x', 'latest'], "required option '--to <folder>' not specified", 'Add --help for what can be typed.'],
    [
      ['backup', '/x', '--type', 'part'],
      "option '--type <type>' argument 'part' is invalid: Allowed choices are full, logs-only, auto",
      'Add --help for what can be typed.',
    ],
  ])('%j ends with 2 and says what is wrong', async (args, message, hint) => {
    const { exitCode, stdout, stderr } = await cli(args);
    expect(stderr).toBe(`error: ${message}\nhint:  ${hint}\n`);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  it.each([
    ['--wait=5', 'not a duration: write it like 30s, 2min, 1h or 7d'],
    ['--wait=-1s', 'not a duration: write it like 30s, 2min, 1h or 7d'],
    ['--wait=', 'not a duration: write it like 30s, 2min, 1h or 7d'],
    ['--retry-for=99d', 'too long: the longest duration is 20d'],
    ['--stall-timeout=10ms', 'too short: at least 1s'],
    ['--chain-max-age=59min', 'too short: at least 1h'],
    ['--chain-max-age=36501d', 'too long: the longest is 36500d'],
    ['--lock-for=23h', 'too short: at least 1d'],
    ['--lock-for=36501d', 'too long: the longest is 36500d'],
    ['--lock-for=forever', 'not a duration: write it like 30s, 2min, 1h or 7d'],
  ])('%s is refused', async (flag, message) => {
    const { exitCode, stderr } = await cli(['backup', await newFolder(), flag]);
    expect(stderr).toContain(`is invalid: ${message}\n`);
    expect(exitCode).toBe(2);
  });

  it.each([
    ['--read-data=0', 'out of range: above 0% and at most 100%'],
    ['--read-data=101%', 'out of range: above 0% and at most 100%'],
    ['--read-data=all', 'not a percentage: write it like 10%'],
  ])('%s is refused', async (flag, message) => {
    const { exitCode, stderr } = await cli(['verify', await newFolder(), flag]);
    expect(stderr).toContain(`is invalid: ${message}\n`);
    expect(exitCode).toBe(2);
  });

  it('a percentage where the label goes is told how to write it', async () => {
    const { exitCode, stderr } = await cli(['verify', await newFolder(), '--read-data', '10%']);
    expect(stderr).toContain('that is a percentage: write --read-data=10%');
    expect(exitCode).toBe(2);
  });

  it('without a command prints the help and says so, on standard error', async () => {
    const { exitCode, stdout, stderr } = await cli([]);
    expect(stderr).toMatch(/^Usage: /);
    expect(stderr).toMatch(/\nerror: no command given\nhint: {2}adcs-backup --help shows the commands\.\n$/);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  it('is told as JSON too when --json is given', async () => {
    const { exitCode, stdout } = await cli(['list', '--jso', '--json']);
    const lines = jsonLines(stdout);
    expect(lines.map((line) => line['type'])).toEqual(['error', 'run-ended']);
    expect(lines[0]).toMatchObject({ code: 'invalid-usage', message: "unknown option '--jso'" });
    expect(lines[1]).toMatchObject({ exitCode: 2 });
    expect(exitCode).toBe(2);
  });
});
