import { AdcsBackupError, messageOf } from '../errors.ts';

/**
 * Reads a stored JSON document field by field and says exactly which one is wrong.
 * @throws `integrity-failed` from every method whose value has another type
 */
export class JsonReader {
  readonly #value: unknown;
  readonly #document: string;
  readonly #path: string;

  constructor(value: unknown, document: string, path = '') {
    this.#value = value;
    this.#document = document;
    this.#path = path;
  }

  /** @param document what it is, for messages: usually its key */
  static parse(bytes: Uint8Array, document: string): JsonReader {
    try {
      return new JsonReader(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), document);
    } catch (error) {
      throw new AdcsBackupError('integrity-failed', `${document} is not readable JSON: ${messageOf(error)}`, {
        cause: error,
        hint: 'The object was truncated or altered in the sink. Use another set, and find out what changed it.',
      });
    }
  }

  field(name: string): JsonReader {
    const record = this.#value;
    if (typeof record !== 'object' || record === null || Array.isArray(record)) this.#fail('an object');
    const value: unknown = Object.hasOwn(record, name) ? (record as Record<string, unknown>)[name] : undefined;
    return new JsonReader(value, this.#document, this.#path === '' ? name : `${this.#path}.${name}`);
  }

  /** What `read` makes of the value, or undefined where there is none. */
  optional<T>(read: (value: JsonReader) => T): T | undefined {
    return this.#value === undefined || this.#value === null ? undefined : read(this);
  }

  string(): string {
    return typeof this.#value === 'string' ? this.#value : this.#fail('a text');
  }

  boolean(): boolean {
    return typeof this.#value === 'boolean' ? this.#value : this.#fail('true or false');
  }

  /** A whole number from 0 on that a double holds exactly. */
  integer(): number {
    const value = this.#value;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.#fail('a whole number from 0 on');
  }

  date(): Date {
    const date = new Date(this.string());
    return Number.isNaN(date.getTime()) ? this.#fail('a time') : date;
  }

  /** 64 hex digits in lower case. */
  sha256(): string {
    const text = this.string();
    return /^[0-9a-f]{64}$/.test(text) ? text : this.#fail('a SHA-256 in hex');
  }

  base64(): Uint8Array {
    const text = this.string();
    const bytes = Buffer.from(text, 'base64');
    return bytes.toString('base64') === text ? bytes : this.#fail('base64');
  }

  oneOf<T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.#value);
    return found ?? this.#fail(`one of ${choices.join(', ')}`);
  }

  list<T>(read: (item: JsonReader) => T): T[] {
    if (!Array.isArray(this.#value)) this.#fail('a list');
    return this.#value.map((item, index) => read(new JsonReader(item, this.#document, `${this.#path}[${index}]`)));
  }

  #fail(expected: string): never {
    throw new AdcsBackupError('integrity-failed', `${this.#document}: ${this.#path || 'it'} is not ${expected}`, {
      hint: 'The object was altered in the sink, or another program wrote it. Use another set.',
    });
  }
}
