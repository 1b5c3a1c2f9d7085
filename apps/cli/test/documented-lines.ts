import { readFile } from 'node:fs/promises';
import type { JsonObject } from './run-cli.ts';

/** What docs/json-output.md says about each type of line, and how real lines differ from it. */

interface DocumentedField {
  readonly path: string;
  /** `text`, `integer`, … */
  readonly kind: string;
  readonly isOptional: boolean;
  readonly onWindows: boolean;
}

/** By type; what every line has is part of each. */
export type DocumentedLines = ReadonlyMap<string, readonly DocumentedField[]>;

export async function readDocumentedLines(): Promise<DocumentedLines> {
  const text = await readFile(new URL('../../../docs/json-output.md', import.meta.url), 'utf8');
  const [beginning = '', ...sections] = text.split(/^### /m);
  const ofEveryLine = fieldsIn(beginning);
  return new Map(
    sections.map((section) => [/^`([a-z-]+)`/.exec(section)?.[1] ?? section, [...ofEveryLine, ...fieldsIn(section)]]),
  );
}

function fieldsIn(section: string): DocumentedField[] {
  return [...section.matchAll(/^\| `([^`]+)` +\| ([^|]+?) +\|/gm)].map(([, path = '', kindText = '']) => {
    const [kind = '', remark] = kindText.split(', ');
    return { path, kind, isOptional: remark === 'optional', onWindows: remark === 'on Windows' };
  });
}

const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  integer: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
  'list of text': (value) => Array.isArray(value) && value.every((member) => typeof member === 'string'),
  'list of warnings': (value) => Array.isArray(value) && value.every(isWarning),
};

function isWarning(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, hint = '', ...more } = Object.fromEntries(Object.entries(value));
  return [code, message, hint].every((text) => typeof text === 'string') && Object.keys(more).length === 0;
}

/** Everything about one line that the document doesn't say, or says otherwise. */
export function differences(line: JsonObject, documented: DocumentedLines): string[] {
  const type = String(line['type']);
  const fields = documented.get(type);
  if (fields === undefined) return [`type ${type} is not documented`];
  const faults: string[] = [];
  const found = fieldsOf(line, new Set(fields.map(({ path }) => path)));
  for (const { path, value } of found) {
    const field = fields.find((candidate) => candidate.path === path);
    if (field === undefined) faults.push(`${type}: ${path} is not documented`);
    else if (kinds[field.kind]?.(value) !== true) faults.push(`${type}: ${path} is not of kind ${field.kind}`);
  }
  for (const { path, isOptional, onWindows } of fields) {
    if (!isOptional && !onWindows && !found.some((one) => one.path === path))
      faults.push(`${type}: ${path} is missing`);
  }
  return faults;
}

export interface FoundField {
  readonly path: string;
  readonly value: unknown;
}

/** The fields of a line by their documented paths: what isn't documented as a whole is taken apart. */
export function fieldsOf(line: JsonObject, known: ReadonlySet<string>): FoundField[] {
  return Object.entries(line).flatMap(([name, value]) => partsOf(name, value, known));
}

function partsOf(path: string, value: unknown, known: ReadonlySet<string>): FoundField[] {
  if (known.has(path) || typeof value !== 'object' || value === null) return [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((member: unknown) => membersOf(`${path}[]`, member, known));
  return membersOf(path, value, known);
}

function membersOf(path: string, value: unknown, known: ReadonlySet<string>): FoundField[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([name, member]) => partsOf(`${path}.${name}`, member, known));
}
