import {
  type BackupInfo,
  DATABASE_STATES,
  type DatabaseFacts,
  type EngineTime,
  type LogFacts,
  type LogPosition,
  type RequiredLogFacts,
  type TrailerFacts,
} from '@adcs-backup/ese';
import type { JsonReader } from './json-reader.ts';

/** What databases and logs say of themselves, as manifests keep it. */

export function readDatabaseFacts(json: JsonReader): DatabaseFacts {
  return {
    pageSize: json.field('pageSize').integer(),
    formatVersion: json.field('formatVersion').string(),
    state: json.field('state').oneOf(DATABASE_STATES),
    signature: json.field('signature').string(),
    logSignature: json.field('logSignature').string(),
    requiredLogs: readRequiredLogs(json.field('requiredLogs')),
    currentFullBackup: json.field('currentFullBackup').optional(readBackupInfo),
    previousFullBackup: json.field('previousFullBackup').optional(readBackupInfo),
    shadowHeader: json.field('shadowHeader').oneOf(['same', 'differs', 'bad', 'missing']),
    trailer: json.field('trailer').optional(readTrailer),
    genLow: json.field('genLow').optional((value) => value.integer()),
    genHigh: json.field('genHigh').optional((value) => value.integer()),
  };
}

export function readLogFacts(json: JsonReader): LogFacts {
  return {
    generation: json.field('generation').integer(),
    version: json.field('version').string(),
    created: json.field('created').optional(readTime),
    previousCreated: json.field('previousCreated').optional(readTime),
    logSignature: json.field('logSignature').string(),
    databasePageSize: json.field('databasePageSize').integer(),
    attached: json.field('attached').list((attached) => ({
      signature: attached.field('signature').string(),
      path: attached.field('path').string(),
    })),
    previousSeal: json.field('previousSeal').optional((value) => value.string()),
    seal: json.field('seal').optional((value) => value.string()),
  };
}

function readRequiredLogs(json: JsonReader): RequiredLogFacts {
  return {
    minRequired: json.field('minRequired').integer(),
    maxRequired: json.field('maxRequired').integer(),
    maxCommitted: json.field('maxCommitted').integer(),
    maxRequiredCreated: json.field('maxRequiredCreated').optional(readTime),
    maxCommittedCreated: json.field('maxCommittedCreated').optional(readTime),
  };
}

function readTrailer(json: JsonReader): TrailerFacts {
  return {
    backup: readBackupInfo(json.field('backup')),
    signature: json.field('signature').string(),
    logSignature: json.field('logSignature').string(),
    requiredLogs: json.field('requiredLogs').optional(readRequiredLogs),
  };
}

function readBackupInfo(json: JsonReader): BackupInfo {
  return {
    mark: readPosition(json.field('mark')),
    markedAt: json.field('markedAt').date(),
    genLow: json.field('genLow').integer(),
    genHigh: json.field('genHigh').integer(),
  };
}

function readPosition(json: JsonReader): LogPosition {
  return {
    generation: json.field('generation').integer(),
    sector: json.field('sector').integer(),
    byte: json.field('byte').integer(),
  };
}

function readTime(json: JsonReader): EngineTime {
  return { raw: json.field('raw').string(), at: json.field('at').date() };
}
