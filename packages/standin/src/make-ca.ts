/** Makes a stand-in CA, or lets one issue certificates, from the command line. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bytesOf } from './byte-size.ts';
import { createCa } from './create-ca.ts';
import { messageOf } from './message-of.ts';
import { openCa } from './standin-ca.ts';

const usage = `usage: make-ca <folder> [--size 16MiB] [--name "Demo Issuing CA 1"] [--seed 1] [--logs 4] [--target native|windows]
       make-ca issue <folder> [--changed 100] [--appended 0] [--logs 1]
`;

/** pnpm runs a package's scripts in its own folder; people name folders from where they are. */
const startFolder = process.env['INIT_CWD'] ?? process.cwd();

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${messageOf(error)}\n${usage}`);
  process.exitCode = 2;
}

async function main(argv: readonly string[]): Promise<void> {
  const issues = argv[0] === 'issue';
  const { positionals, values } = parseArgs({
    args: argv.slice(issues ? 1 : 0),
    allowPositionals: true,
    options: {
      size: { type: 'string', default: '16MiB' },
      name: { type: 'string', default: 'Demo Issuing CA 1' },
      seed: { type: 'string', default: '1' },
      logs: { type: 'string', default: issues ? '1' : '4' },
      target: { type: 'string', default: 'native' },
      changed: { type: 'string', default: '100' },
      appended: { type: 'string', default: '0' },
    },
  });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw new Error('exactly one folder is needed');
  const path = resolve(startFolder, folder);
  await (issues ? issue(path, values) : make(path, values));
}

type Values<Name extends string> = Readonly<Record<Name, string>>;

async function make(folder: string, values: Values<'name' | 'size' | 'seed' | 'logs' | 'target'>): Promise<void> {
  const { name, target } = values;
  if (target !== 'native' && target !== 'windows') throw new Error('--target is native or windows');
  const [seed, logCount, databaseBytes] = [countOf(values.seed), countOf(values.logs), bytesOf(values.size)];
  const ca = await createCa(folder, { name, target, seed, logCount, databaseBytes });
  process.stdout.write(`${ca.library}\n`);
}

async function issue(folder: string, values: Values<'changed' | 'appended' | 'logs'>): Promise<void> {
  const [changedPages, appendedPages] = [countOf(values.changed), countOf(values.appended)];
  const ca = await openCa(folder);
  await ca.issueCertificates({ changedPages, appendedPages, logs: countOf(values.logs) });
  process.stdout.write(
    `${ca.folder}: ${changedPages} pages changed, ${appendedPages} added, ${values.logs} logs closed\n`,
  );
}

function countOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
}
