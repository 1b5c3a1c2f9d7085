import { runArguments } from '../../src/run-arguments.ts';

/** The executable's way in and out: what main.ts is for the command, as a script, which can't await. */

/** How long something that a sink package forgot to close may hold up the end. */
const lingerMs = 2000;

/** No program that a library begins (a cloud's command-line tool, say) is looked for in the current folder. */
process.env['NoDefaultCurrentDirectoryInExePath'] = '1';

/** What the process tells if it ends before it knows better. */
process.exitCode = 1;

// It never rejects; if it did, Node would print that and end the process with 1.
void runArguments(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), lingerMs).unref();
});
