import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export interface Options {
  /** Of the results' files. */
  readonly name: string;
  readonly databaseBytes: number;
  readonly rounds: number;
  /** Where the temporary folder is made. */
  readonly dir: string;
}

export const usage = `usage: pnpm bench [--quick] [--dir FOLDER] [--mib SIZE] [--rounds COUNT] [--name NAME]
  --quick   512 MiB and 3 rounds instead of 2048 MiB and 5: a few minutes
  --dir     where the temporary folder is made; seven times the size must be free there
  --mib     size of the CA's database
  --name    of the files in bench/results; default: quick or full
`;

/** Undefined: help was asked for. @throws with the usage when the arguments are wrong */
export function optionsOf(args: readonly string[]): Options | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  const { quick } = values;
  const rounds = countOf('--rounds', values.rounds ?? (quick ? '3' : '5'));
  const mib = countOf('--mib', values.mib ?? (quick ? '512' : '2048'));
  return { name: values.name ?? (quick ? 'quick' : 'full'), databaseBytes: mib * 2 ** 20, rounds, dir: values.dir };
}

function parsed(args: readonly string[]): Values {
  try {
    const options = {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      dir: { type: 'string', default: tmpdir() },
      mib: { type: 'string' },
      rounds: { type: 'string' },
      name: { type: 'string' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
}

interface Values {
  readonly help: boolean;
  readonly quick: boolean;
  readonly dir: string;
  readonly mib?: string | undefined;
  readonly rounds?: string | undefined;
  readonly name?: string | undefined;
}

function countOf(option: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Error(`${option} is ${text}: not a number from 1 on\n${usage}`);
}
