import type { RestoreMapKind } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import { BLOCK_BYTES } from './blocks.ts';
import { readDatabaseFacts, readLogFacts } from './ese-facts-json.ts';
import { JsonReader } from './json-reader.ts';
import {
  type ChainTerms,
  type ContentFinding,
  type FileRecord,
  type FileRole,
  FORMAT,
  type Manifest,
  type ObjectRecord,
  type Warning,
} from './manifest.ts';

const restoreMapKinds: readonly RestoreMapKind[] = ['database', 'log-directory', 'checkpoint-directory', 'unknown'];

/** Readable JSON in UTF-8, the same bytes for the same manifest. */
export function encodeManifest(manifest: Manifest): Buffer {
  const { raw, ...restoreMap } = manifest.restoreMap;
  const document = { ...manifest, restoreMap: { ...restoreMap, raw: Buffer.from(raw).toString('base64') } };
  return Buffer.from(`${JSON.stringify(document, null, 1)}\n`);
}

/**
 * @param name what it is, for messages: its key
 * @throws `integrity-failed` when it isn't a whole manifest; `format-unsupported` when a newer version wrote it
 */
export function decodeManifest(bytes: Uint8Array, name: string): Manifest {
  const json = JsonReader.parse(bytes, name);
  requireFormat(json, name);
  const manifest = readManifest(json);
  if (manifest.blockBytes !== BLOCK_BYTES) {
    throw new AdcsBackupError('format-unsupported', `${name} uses blocks of ${manifest.blockBytes} bytes`, {
      hint: `Format ${FORMAT} uses ${BLOCK_BYTES}: another program wrote it, or a newer version of this one.`,
    });
  }
  return manifest;
}

/** @throws `format-unsupported` when `json` is of a format that this version can't read */
export function requireFormat(json: JsonReader, name: string): void {
  const format = json.field('format').integer();
  if (format === FORMAT) return;
  throw new AdcsBackupError('format-unsupported', `${name} is of format ${format}, this version reads ${FORMAT}`, {
    hint: 'Update adcs-backup on this machine to at least the version that wrote the set.',
  });
}

function readManifest(json: JsonReader): Manifest {
  const base = json.field('base').optional((value) => value.string());
  return {
    ...(base === undefined ? {} : { base }),
    ...readTerms(json),
    format: json.field('format').integer(),
    label: json.field('label').string(),
    chain: json.field('chain').string(),
    type: json.field('type').oneOf(['full', 'logs-only']),
    number: json.field('number').integer(),
    previous: json.field('previous').optional((previous) => ({
      label: previous.field('label').string(),
      chain: previous.field('chain').string(),
      sha256: previous.field('sha256').sha256(),
    })),
    ca: { id: json.field('ca').field('id').string(), name: json.field('ca').field('name').string() },
    server: json.field('server').string(),
    host: json.field('host').string(),
    startedAt: json.field('startedAt').date(),
    sealedAt: json.field('sealedAt').date(),
    tool: { name: json.field('tool').field('name').string(), version: json.field('tool').field('version').string() },
    library: readLibrary(json.field('library')),
    blockBytes: json.field('blockBytes').integer(),
    restoreMap: readRestoreMap(json.field('restoreMap')),
    files: json.field('files').list(readFile),
    maps: json.field('maps').list(readObject),
    packs: json.field('packs').list(readObject),
    counts: readCounts(json.field('counts')),
    checks: readChecks(json.field('checks')),
    sound: json.field('sound').boolean(),
    warnings: json.field('warnings').list(readWarning),
    findings: json.field('findings').list(readFinding),
  };
}

export function readTerms(json: JsonReader): ChainTerms {
  const recipients = json.field('recipients').optional((value) => value.list((name) => name.string()));
  const lockedUntil = json.field('lockedUntil').optional((value) => value.date());
  return { ...(recipients === undefined ? {} : { recipients }), ...(lockedUntil === undefined ? {} : { lockedUntil }) };
}

function readLibrary(json: JsonReader): Manifest['library'] {
  const version = json.field('version').optional((value) => value.string());
  return {
    path: json.field('path').string(),
    isSystem: json.field('isSystem').boolean(),
    ...(version === undefined ? {} : { version }),
  };
}

function readRestoreMap(json: JsonReader): Manifest['restoreMap'] {
  return {
    entries: json.field('entries').list((entry) => ({
      kind: entry.field('kind').oneOf(restoreMapKinds),
      path: entry.field('path').string(),
    })),
    raw: json.field('raw').base64(),
  };
}

function readFile(json: JsonReader): FileRecord {
  const intact = json.field('intact').optional((value) => value.boolean());
  const database = json.field('database').optional(readDatabaseFacts);
  const log = json.field('log').optional(readLogFacts);
  return {
    ...(intact === undefined ? {} : { intact }),
    ...(database === undefined ? {} : { database }),
    ...(log === undefined ? {} : { log }),
    role: readRole(json.field('role')),
    name: json.field('name').string(),
    sourcePath: json.field('sourcePath').string(),
    sizeBytes: json.field('sizeBytes').integer(),
    treeDigest: json.field('treeDigest').sha256(),
    extents: json.field('extents').list((extent) => ({
      map: extent.field('map').integer(),
      firstEntry: extent.field('firstEntry').integer(),
      blocks: extent.field('blocks').integer(),
    })),
  };
}

/** A role that only later versions know is that of any other file that isn't the engine's. */
export function readRole(json: JsonReader): FileRole {
  const role = json.string();
  return role === 'database' || role === 'log' ? role : 'dynamic';
}

export function readObject(json: JsonReader): ObjectRecord {
  return {
    key: json.field('key').string(),
    sizeBytes: json.field('sizeBytes').integer(),
    sha256: json.field('sha256').sha256(),
  };
}

function readCounts(json: JsonReader): Manifest['counts'] {
  return {
    sourceBytes: json.field('sourceBytes').integer(),
    blocks: json.field('blocks').integer(),
    zeroBlocks: json.field('zeroBlocks').integer(),
    newBlocks: json.field('newBlocks').integer(),
    storedBytes: json.field('storedBytes').integer(),
  };
}

function readChecks(json: JsonReader): Manifest['checks'] {
  return {
    sizes: json.field('sizes').oneOf(['passed']),
    objects: json.field('objects').oneOf(['passed']),
    contents: json.field('contents').oneOf(['passed', 'failed']),
    chain: json.field('chain').oneOf(['passed', 'failed']),
  };
}

export function readWarning(json: JsonReader): Warning {
  const hint = json.field('hint').optional((value) => value.string());
  return {
    code: json.field('code').string(),
    message: json.field('message').string(),
    ...(hint === undefined ? {} : { hint }),
  };
}

function readFinding(json: JsonReader): ContentFinding {
  const file = json.field('file').optional((value) => value.string());
  const offset = json.field('offset').optional((value) => value.integer());
  const number = json.field('number').optional((value) => value.integer());
  return {
    ...readWarning(json),
    ...(file === undefined ? {} : { file }),
    ...(offset === undefined ? {} : { offset }),
    ...(number === undefined ? {} : { number }),
  };
}
