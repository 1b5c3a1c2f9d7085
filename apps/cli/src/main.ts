import { runArguments } from './run-arguments.ts';

/** The command's way in and out. */

/** How long something that a sink package forgot to close may hold up the end. */
const lingerMs = 2000;

process.exitCode = await runArguments(process.argv.slice(2));
setTimeout(() => process.exit(), lingerMs).unref();
