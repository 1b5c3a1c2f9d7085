/** Makes a stand-in CA, or lets one issue certificates, from the command line. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createCa } from './create-ca.ts';
import { openCa } from './standin-ca.ts';

const usage = `usage: make-ca <folder> [--size 16MiB] [--name "Demo Issuing CA 1"] [--seed 1] [--logs 4] [--target native|windows]
       make-ca issue <folder> [--changed 100] [--appended 0] [--logs 1]
`;

const units: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** pnpm runs a package's scripts in its own folder; people name folders from where they are. */
const startFolder = process.env['INIT_CWD'] ?? process.cwd();

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}

async function main(argv: readonly string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      size: { type: 'string', default: '16MiB' },
      name: { type: 'string', default: 'Demo Issuing CA 1' },
      seed: { type: 'string', default: '1' },
      logs: { type: 'string' },
      target: { type: 'string', default: 'native' },
      changed: { type: 'string', default: '100' },
      appended: { type: 'string', default: '0' },
    },
  });
  const [first, second] = positionals;
  if (first === 'issue' && second !== undefined) {
    const ca = await openCa(resolve(startFolder, second));
    const [changedPages, appendedPages, logs] = [values.changed, values.appended, values.logs ?? '1'].map(countOf);
    await ca.issueCertificates({ changedPages: changedPages ?? 0, appendedPages: appendedPages ?? 0, logs: logs ?? 1 });
    process.stdout.write(`${ca.folder}: ${changedPages} pages changed, ${appendedPages} added, ${logs} logs closed\n`);
    return;
  }
  if (first === undefined || second !== undefined) throw new Error('exactly one folder is needed');
  if (values.target !== 'native' && values.target !== 'windows') throw new Error('--target is native or windows');
  const ca = await createCa(resolve(startFolder, first), {
    name: values.name,
    databaseBytes: bytesOf(values.size),
    seed: countOf(values.seed),
    logCount: countOf(values.logs ?? '4'),
    target: values.target,
  });
  process.stdout.write(`${ca.library}\n`);
}

/** `2GiB`, `512KiB` or plain bytes. */
function bytesOf(text: string): number {
  const [, digits = '', unit] = /^(\d+)(KiB|MiB|GiB)?$/.exec(text) ?? [];
  if (digits === '') throw new Error(`not a size: ${text}`);
  return Number(digits) * (unit === undefined ? 1 : (units[unit] ?? 1));
}

function countOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
}
