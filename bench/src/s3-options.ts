import { parseArgs } from 'node:util';

export interface S3Options {
  /** Of the results' files. */
  readonly name: string;
  readonly databaseBytes: number;
  readonly rounds: number;
}

export const s3Usage = `usage: pnpm bench:s3 [--mib SIZE] [--rounds COUNT] [--name NAME]
  --mib     size of the CA's database; default: 2048
  --rounds  default: 3
  --name    of the files in bench/results; default: s3
`;

/** Undefined: help was asked for. @throws with the usage when the arguments are wrong */
export function s3OptionsOf(args: readonly string[]): S3Options | undefined {
  const options = {
    help: { type: 'boolean', default: false },
    mib: { type: 'string', default: '2048' },
    rounds: { type: 'string', default: '3' },
    name: { type: 'string', default: 's3' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return undefined;
  const [mib, rounds] = [Number(values.mib), Number(values.rounds)];
  if (![mib, rounds].every((number) => Number.isSafeInteger(number) && number > 0)) throw new Error(s3Usage);
  return { name: values.name, databaseBytes: mib * 2 ** 20, rounds };
}
