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

type Fields = readonly DocumentedField[];

export interface DocumentedLines {
  /** By type; what every line has is part of each. */
  readonly types: ReadonlyMap<string, Fields>;
  /** Objects that several types have, by kind. */
  readonly kinds: ReadonlyMap<string, Fields>;
}

export async function readDocumentedLines(): Promise<DocumentedLines> {
  const text = await readFile(new URL('../../../docs/json-output.md', import.meta.url), 'utf8');
  const [beginning = '', ...sections] = text.split(/^### /m);
  const [aboutKinds = '', aboutEveryLine = ''] = beginning.split('## Of every line');
  const ofEveryLine = fieldsIn(aboutEveryLine);
  return {
    types: new Map(
      sections.map((section) => [/^`([a-z-]+)`/.exec(section)?.[1] ?? section, [...ofEveryLine, ...fieldsIn(section)]]),
    ),
    kinds: new Map(
      aboutKinds
        .split(/^#### /m)
        .slice(1)
        .map((section) => [section.slice(0, section.indexOf('\n')), fieldsIn(section)]),
    ),
  };
}

function fieldsIn(section: string): DocumentedField[] {
  return [...section.matchAll(/^\| `([^`]+)` +\| ([^|]+?) +\|/gm)].map(([, path = '', kindText = '']) => {
    const [kind = '', remark] = kindText.split(', ');
    return { path, kind, isOptional: remark === 'optional', onWindows: remark === 'on Windows' };
  });
}

const plainKinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  integer: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
  'list of text': (value) => Array.isArray(value) && value.every((member) => typeof member === 'string'),
  'list of warnings': (value) => Array.isArray(value) && value.every(isWarning),
  'list of findings': (value) => Array.isArray(value) && value.every(isFinding),
};

function isWarning(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, hint = '', ...more } = Object.fromEntries(Object.entries(value));
  return [code, message, hint].every((text) => typeof text === 'string') && Object.keys(more).length === 0;
}

function isFinding(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, file = '', offset = 0, number = 0, ...more } = Object.fromEntries(Object.entries(value));
  const isTexts = [code, message, file].every((text) => typeof text === 'string');
  return isTexts && [offset, number].every(Number.isSafeInteger) && Object.keys(more).length === 0;
}

/** Everything about one line that the document doesn't say, or says otherwise. */
export function differences(line: JsonObject, documented: DocumentedLines): string[] {
  const type = String(line['type']);
  const fields = documented.types.get(type);
  if (fields === undefined) return [`type ${type} is not documented`];
  return faultsOf(line, fields, documented).map((fault) => `${type}: ${fault}`);
}

function faultsOf(object: JsonObject, fields: Fields, documented: DocumentedLines): string[] {
  const faults: string[] = [];
  const found = fieldsOf(object, new Set(fields.map(({ path }) => path)));
  for (const { path, value } of found) {
    const field = fields.find((candidate) => candidate.path === path);
    if (field === undefined) faults.push(`${path} is not documented`);
    else faults.push(...kindFaults(field, value, documented));
  }
  for (const { path, isOptional, onWindows } of fields) {
    if (!isOptional && !onWindows && !found.some((one) => one.path === path)) faults.push(`${path} is missing`);
  }
  return faults;
}

function kindFaults({ path, kind }: DocumentedField, value: unknown, documented: DocumentedLines): string[] {
  const fields = documented.kinds.get(kind);
  if (fields !== undefined && typeof value === 'object' && value !== null) {
    return faultsOf({ ...value }, fields, documented).map((fault) => `${path}: ${fault}`);
  }
  return plainKinds[kind]?.(value) === true ? [] : [`${path} is not of kind ${kind}`];
}

/** What the document describes, as `type: path` and `kind: path`, and none of the lines has. */
export function unseen(lines: readonly JsonObject[], { types, kinds }: DocumentedLines): string[] {
  const objects = new Map<string, JsonObject[]>();
  for (const line of lines) {
    const type = String(line['type']);
    addTo(objects, type, line);
    const fields = types.get(type) ?? [];
    for (const { path, value } of fieldsOf(line, new Set(fields.map((field) => field.path)))) {
      const kind = fields.find((field) => field.path === path)?.kind ?? '';
      if (kinds.has(kind) && typeof value === 'object') addTo(objects, kind, { ...value });
    }
  }
  return [...types, ...kinds].flatMap(([name, fields]) => {
    const known = new Set(fields.map(({ path }) => path));
    const seen = new Set(
      (objects.get(name) ?? []).flatMap((object) => fieldsOf(object, known)).map(({ path }) => path),
    );
    return fields.filter(({ path, onWindows }) => !onWindows && !seen.has(path)).map(({ path }) => `${name}: ${path}`);
  });
}

function addTo(objects: Map<string, JsonObject[]>, name: string, object: JsonObject): void {
  objects.set(name, [...(objects.get(name) ?? []), object]);
}

interface FoundField {
  readonly path: string;
  readonly value: unknown;
}

/** The fields of a line by their documented paths: what isn't documented as a whole is taken apart. */
function fieldsOf(line: JsonObject, known: ReadonlySet<string>): FoundField[] {
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
