import { describe, expect, it } from 'vitest';
import { commandLine } from '../src/program.ts';
import { cli } from './run-cli.ts';

describe('the command line of sink check', () => {
  it('has examples that the command line accepts', async () => {
    const { exitCode, stdout } = await cli(['sink', 'check', '--help']);
    expect(exitCode).toBe(0);
    const [, examples = ''] = stdout.split('Examples:\n');
    const started: string[] = [];
    const start = async (command: string): Promise<void> => void started.push(command);
    for (const line of examples.trim().split('\n')) {
      const { program } = commandLine({ version: '0', start, writeHelp: () => {}, writeError: () => {} });
      await program.parseAsync(line.trim().split(/ +/).slice(1), { from: 'user' });
    }
    expect(started).toEqual(['sink check', 'sink check', 'sink check']);
  });

  it.each([
    [['sink'], 'no command given'],
    [['sink', 'chek'], "unknown command 'chek'"],
    [['sink', 'check'], "missing required argument 'sink'"],
    [['sink', 'check', 'D:\\Backups', '--al'], "unknown option '--al'"],
  ])('%j is wrong usage', async (args, message) => {
    const { exitCode, stderr } = await cli(args);
    expect(stderr).toContain(`error: ${message}`);
    expect(exitCode).toBe(2);
  });
});
