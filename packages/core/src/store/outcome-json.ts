import type { SetOutcome, Truncation } from '../backup/options.ts';
import type { LogFolder } from '../certsrv.ts';
import { JsonReader } from './json-reader.ts';
import { FORMAT } from './manifest.ts';
import { readWarning, requireFormat } from './manifest-json.ts';

export function encodeOutcome(outcome: SetOutcome): Buffer {
  return Buffer.from(`${JSON.stringify({ format: FORMAT, ...outcome }, null, 1)}\n`);
}

/** @throws `integrity-failed`, `format-unsupported` */
export function decodeOutcome(bytes: Uint8Array, name: string): SetOutcome {
  const json = JsonReader.parse(bytes, name);
  requireFormat(json, name);
  return {
    label: json.field('label').string(),
    endedAt: json.field('endedAt').date(),
    truncation: json.field('truncation').optional(readTruncation),
    logFolder: readLogFolder(json.field('logFolder')),
    warnings: json.field('warnings').list(readWarning),
  };
}

function readTruncation(json: JsonReader): Truncation {
  return { before: readLogFolder(json.field('before')), after: readLogFolder(json.field('after')) };
}

function readLogFolder(json: JsonReader): LogFolder {
  const path = json.field('path').string();
  if (!json.field('readable').boolean()) return { readable: false, path, reason: json.field('reason').string() };
  const lowestGeneration = json.field('lowestGeneration').optional((value) => value.integer());
  const highestGeneration = json.field('highestGeneration').optional((value) => value.integer());
  return {
    readable: true,
    path,
    logCount: json.field('logCount').integer(),
    ...(lowestGeneration === undefined ? {} : { lowestGeneration }),
    ...(highestGeneration === undefined ? {} : { highestGeneration }),
    logBytes: json.field('logBytes').integer(),
    freeBytes: json.field('freeBytes').integer(),
    volumeBytes: json.field('volumeBytes').integer(),
  };
}
