/** Runs the adcs-backup command for the demo, and reads what it answers with `--json`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface DemoCli {
  /** JavaScript or TypeScript file that is the command. */
  readonly cli: string;
  /** Where it runs: paths on its command line are short then. */
  readonly folder: string;
}

/** One line of `--json`. */
export class Answer {
  readonly #fields: ReadonlyMap<string, unknown>;

  /** @throws when `value` isn't an object */
  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null) throw new TypeError(`not an object: ${JSON.stringify(value)}`);
    this.#fields = new Map(Object.entries(value));
  }

  get type(): string {
    return this.text('type');
  }

  text(field: string): string {
    const value = this.#fields.get(field);
    if (typeof value === 'string') return value;
    throw new TypeError(`adcs-backup answered without the text "${field}"`);
  }

  number(field: string): number {
    const value = this.#fields.get(field);
    if (typeof value === 'number') return value;
    throw new TypeError(`adcs-backup answered without the number "${field}"`);
  }

  record(field: string): Answer {
    return new Answer(this.#fields.get(field));
  }

  list(field: string): readonly Answer[] {
    const value = this.#fields.get(field);
    if (Array.isArray(value)) return value.map((member: unknown) => new Answer(member));
    throw new TypeError(`adcs-backup answered without the list "${field}"`);
  }
}

/** Resolves with all answers. @throws when the exit code is another than the expected one, with what the command said */
export async function answersOf(
  { cli, folder }: DemoCli,
  args: readonly string[],
  expectedExitCode = 0,
): Promise<readonly Answer[]> {
  // A build finds the builds of its packages, sources find sources.
  const node = cli.endsWith('.ts') ? ['--conditions=@adcs-backup/source', '--disable-warning=ExperimentalWarning'] : [];
  const child = spawn(process.execPath, [...node, cli, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [exitCode] = await once(child, 'close');
  if (exitCode !== expectedExitCode) {
    throw new Error(`adcs-backup ${args[0]} ended with exit code ${exitCode}:\n${stderr}`);
  }
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => new Answer(JSON.parse(line)));
}

/** The one answer of this type. */
export function onlyAnswer(answers: readonly Answer[], type: string): Answer {
  const [found, ...more] = answers.filter((answer) => answer.type === type);
  if (found !== undefined && more.length === 0) return found;
  throw new Error(`adcs-backup printed ${more.length + (found === undefined ? 0 : 1)} lines of type ${type}, not one`);
}
