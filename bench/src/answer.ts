/** A JSON object that a command answered with, read field by field. */
export class Answer {
  readonly #fields: ReadonlyMap<string, unknown>;

  /** @throws when `value` isn't an object */
  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null) throw new TypeError(`not an object: ${JSON.stringify(value)}`);
    this.#fields = new Map(Object.entries(value));
  }

  text(field: string): string {
    const value = this.#fields.get(field);
    if (typeof value === 'string') return value;
    throw new TypeError(`answered without the text "${field}"`);
  }

  number(field: string): number {
    const value = this.#fields.get(field);
    if (typeof value === 'number') return value;
    throw new TypeError(`answered without the number "${field}"`);
  }

  object(field: string): Answer {
    return new Answer(this.#fields.get(field));
  }

  list(field: string): readonly Answer[] {
    return listOf(this.#fields.get(field));
  }

  has(field: string): boolean {
    return this.#fields.has(field);
  }
}

/** The whole of stdout as one object. */
export function answerIn(stdout: string): Answer {
  return new Answer(JSON.parse(stdout));
}

/** The whole of stdout as one list of objects. */
export function listIn(stdout: string): readonly Answer[] {
  return listOf(JSON.parse(stdout));
}

/** Lines of this type, as `adcs-backup --json` writes them: an object each. */
export function linesOf(stdout: string, type: string): readonly Answer[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  const answers = lines.map((line) => new Answer(JSON.parse(line)));
  return answers.filter((answer) => answer.text('type') === type);
}

/** The one line of this type. @throws when there is none, or more than one */
export function lineOf(stdout: string, type: string): Answer {
  const [found, ...more] = linesOf(stdout, type);
  if (found !== undefined && more.length === 0) return found;
  throw new Error(`answered with ${more.length + (found === undefined ? 0 : 1)} lines of type ${type}, not one`);
}

function listOf(value: unknown): readonly Answer[] {
  if (Array.isArray(value)) return value.map((member: unknown) => new Answer(member));
  throw new TypeError(`not a list: ${JSON.stringify(value)}`);
}
