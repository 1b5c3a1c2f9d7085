import { CommanderError } from '@commander-js/extra-typings';
import { withWholeReadData } from './command-line/verify.ts';
import { exitCodeFor } from './exit-codes.ts';
import { Channel } from './output/channel.ts';
import { commandLine } from './program.ts';
import type { Body } from './run.ts';
import { version } from './version.ts';

/** What was typed, carried out: the one place that knows exit codes. Help loads this and commander, no more. */
export async function runArguments(typed: readonly string[]): Promise<number> {
  const args = withWholeReadData(typed);
  const asksForJson = args.includes('--json');
  let exitCode = exitCodeFor({ at: 'done' });
  const start = async (command: string, body: Body): Promise<void> => {
    const { runCommand } = await import('./run-command.ts');
    const given = flags();
    exitCode = await runCommand(
      { command, flags: { ...given, json: given.json ?? asksForJson }, exitCodeOf: exitCodeFor },
      body,
    );
  };
  const stderr = new Channel(process.stderr, 2);
  const help = asksForJson ? stderr : new Channel(process.stdout, 1);
  const { program, flags } = commandLine({
    version,
    start,
    writeHelp: (text) => help.write(text),
    writeError: (text) => stderr.write(text),
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    if (isHelp && !asksForJson) return exitCode;
    await start(program.name(), async () => {
      if (isHelp) return 'done';
      const { usageError } = await import('./usage-error.ts');
      throw usageError(error);
    });
  }
  return exitCode;
}
