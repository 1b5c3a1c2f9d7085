import { CommandRun } from './command-run.ts';
import { Channel } from './output/channel.ts';
import { duration } from './output/format.ts';
import { Output } from './output/output.ts';
import type { Body, Invocation } from './run.ts';

/** Runs a command from its first line of output to its last. Resolves with the exit code; never rejects. */
export async function runCommand(invocation: Invocation, body: Body): Promise<number> {
  const { flags } = invocation;
  const stdout = new Channel(process.stdout, 1);
  const stderr = new Channel(process.stderr, 2);
  const output = new Output({
    stdout,
    stderr,
    environment: process.env,
    isJson: flags.json === true,
    isQuiet: flags.quiet === true,
    isVerbose: flags.verbose === true,
    allowsColor: flags.color,
  });
  const commandRun = new CommandRun(invocation, output);
  const ending = await commandRun.carryOut(body);
  if (ending.at === 'failed') output.error(ending.error);
  const exitCode = invocation.exitCodeOf(ending);
  output.log('info', `${invocation.command} ended after ${duration(commandRun.elapsedMs)}: exit code ${exitCode}`);
  output.line(commandRun.lastLine(exitCode));
  output.close();
  const [unwritten] = await Promise.all([stdout.flush(), stderr.flush()]);
  if (unwritten === undefined) return exitCode;
  stderr.write(`error: standard output can't be written: ${unwritten.message}\n`);
  return exitCode === 0 ? 1 : exitCode;
}
