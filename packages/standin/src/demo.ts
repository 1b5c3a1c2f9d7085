/** The demo: backs up a stand-in CA with the real command, restores it, and compares every byte. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bytesOf } from './byte-size.ts';
import { tellStory } from './demo-story.ts';
import { messageOf } from './message-of.ts';

const usage = `usage: demo [--keep] [--size 64MiB]
       --keep  leave the folder with CA, sink and restored files where it is
       --size  of the CA's database
       --cli   another adcs-backup than the built one: its JavaScript or TypeScript file
`;

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));

try {
  await main();
} catch (error) {
  process.stderr.write(`\nFAILED: ${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = parsedOptions();
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'adcs-backup-demo-')));
  try {
    await tellStory({
      folder,
      databaseBytes: databaseBytes(options.size),
      cli: options.cli,
      signal: interrupt.signal,
      say: (text) => process.stdout.write(`${text}\n`),
    });
  } finally {
    if (options.keep) process.stdout.write(`\nKept: ${folder}\n`);
    else await rm(folder, { recursive: true, force: true });
  }
}

/** @throws when there would be too few pages for the certificates of the story */
function databaseBytes(size: string): number {
  const bytes = bytesOf(size);
  if (bytes >= 2 ** 20) return bytes;
  throw new Error(`--size is ${size}: at least 1MiB\n${usage}`);
}

function parsedOptions(): { readonly keep: boolean; readonly size: string; readonly cli: string } {
  const builtCli = fileURLToPath(new URL('../../../apps/cli/bin/adcs-backup.js', import.meta.url));
  try {
    return parseArgs({
      options: {
        keep: { type: 'boolean', default: false },
        size: { type: 'string', default: '64MiB' },
        cli: { type: 'string', default: builtCli },
      },
    }).values;
  } catch (error) {
    throw new Error(`${messageOf(error)}\n${usage}`, { cause: error });
  }
}
