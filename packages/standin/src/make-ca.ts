/** Makes a stand-in CA, or lets one live on, from the command line. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bytesOf } from './byte-size.ts';
import { createCa } from './create-ca.ts';
import { messageOf } from './message-of.ts';
import { openCa } from './standin-ca.ts';

const usage = `usage: make-ca <folder> [--size 16MiB] [--name "Demo Issuing CA 1"] [--seed 1] [--logs 4] [--target native|windows]
       make-ca issue <folder> [--changed 100] [--appended 0] [--logs 1]
       make-ca save <folder> <new folder>     as a snapshot of the virtual machine does
       make-ca revert <folder> <saved folder>
       make-ca restore <folder> <DataBase>    as certutil -f -restoreDB and the next start of the service do
`;

/** pnpm runs a package's scripts in its own folder; people name folders from where they are. */
const startFolder = process.env['INIT_CWD'] ?? process.cwd();

const verbs: ReadonlyMap<string, (args: readonly string[]) => Promise<string>> = new Map([
  ['issue', issue],
  ['save', save],
  ['revert', revert],
  ['restore', restore],
]);

try {
  const [verb = '', ...rest] = process.argv.slice(2);
  const run = verbs.get(verb);
  process.stdout.write(`${await (run === undefined ? make(process.argv.slice(2)) : run(rest))}\n`);
} catch (error) {
  process.stderr.write(`error: ${messageOf(error)}\n${usage}`);
  process.exitCode = 2;
}

async function make(args: readonly string[]): Promise<string> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      size: { type: 'string', default: '16MiB' },
      name: { type: 'string', default: 'Demo Issuing CA 1' },
      seed: { type: 'string', default: '1' },
      logs: { type: 'string', default: '4' },
      target: { type: 'string', default: 'native' },
    },
  });
  const { name, target } = values;
  if (target !== 'native' && target !== 'windows') throw new Error('--target is native or windows');
  const [seed, logCount, databaseBytes] = [countOf(values.seed), countOf(values.logs), bytesOf(values.size)];
  const ca = await createCa(onlyFolder(positionals), { name, target, seed, logCount, databaseBytes });
  return ca.library;
}

async function issue(args: readonly string[]): Promise<string> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      changed: { type: 'string', default: '100' },
      appended: { type: 'string', default: '0' },
      logs: { type: 'string', default: '1' },
    },
  });
  const [changedPages, appendedPages] = [countOf(values.changed), countOf(values.appended)];
  const ca = await openCa(onlyFolder(positionals));
  await ca.issueCertificates({ changedPages, appendedPages, logs: countOf(values.logs) });
  return `${ca.folder}: ${changedPages} pages changed, ${appendedPages} added, ${values.logs} logs closed`;
}

async function save(args: readonly string[]): Promise<string> {
  const [folder, to] = twoFolders(args);
  await (await openCa(folder)).saveState(to);
  return `${folder} is saved in ${to}`;
}

async function revert(args: readonly string[]): Promise<string> {
  const [folder, from] = twoFolders(args);
  await (await openCa(folder)).revertTo(from);
  return `${folder} is as it was saved in ${from}`;
}

async function restore(args: readonly string[]): Promise<string> {
  const [folder, from] = twoFolders(args);
  await (await openCa(folder)).restoreFrom(from);
  return `${folder} is restored from ${from}`;
}

function onlyFolder([folder, ...more]: readonly string[]): string {
  if (folder === undefined || more.length > 0) throw new Error('exactly one folder is needed');
  return resolve(startFolder, folder);
}

function twoFolders(args: readonly string[]): readonly [string, string] {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const [first, second, ...more] = positionals;
  if (first === undefined || second === undefined || more.length > 0) throw new Error('exactly two folders are needed');
  return [resolve(startFolder, first), resolve(startFolder, second)];
}

function countOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
}
