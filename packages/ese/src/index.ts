export { type BackupInfo, readBackupInfo, writeBackupInfo } from './backup-info.ts';
export { type BlockChecksum, type BlockPlace, blockChecksum } from './block-checksum.ts';
export { type CheckpointCheckResult, type CheckpointFacts, checkCheckpoint } from './check/checkpoint-check.ts';
export { DatabaseChecker, type DatabaseCheckOptions, type DatabaseCheckResult } from './check/database-checker.ts';
export {
  DATABASE_STATES,
  type DatabaseFacts,
  type DatabaseHeaderFacts,
  type DatabaseState,
  type RequiredLogFacts,
  type TrailerFacts,
} from './check/database-facts.ts';
export {
  type CheckedDatabase,
  type CheckedLog,
  FileChecker,
  type FileCheckOptions,
  type FileCheckResult,
} from './check/file-checker.ts';
export type { CheckResult, Finding, FindingKind } from './check/finding.ts';
export { checkFlushMap } from './check/flush-map-check.ts';
export type { ExpectedDatabase } from './check/header-rules.ts';
export { type FilesVerdict, judgeFiles, type LogsVerdict } from './check/judge-files.ts';
export { checkLogChain, type LogChainFinding, type LogChainFindingKind } from './check/log-chain.ts';
export { LogChecker, type LogCheckOptions, type LogCheckResult } from './check/log-checker.ts';
export type { AttachedDatabase, LogFacts, LogHeaderFacts } from './check/log-facts.ts';
export { checkLogBelongs, checkLogSet } from './check/log-set.ts';
export { type NeededLogs, neededLogs } from './check/needed-logs.ts';
export type { PageCounts } from './check/page-checker.ts';
export type { EngineTime } from './check/raw-fact.ts';
export { judgeRecovery, type RecoveryVerdict } from './check/recovery.ts';
export type { SegmentKind } from './check/segment-kind.ts';
export { type Checkpoint, decodeCheckpointPosition, encodeCheckpoint } from './checkpoint.ts';
export {
  type DatabaseHeader,
  decodeDatabaseHeader,
  encodeDatabaseHeader,
  type RequiredLogs,
  setRequiredLogs,
} from './database-header.ts';
export { databaseSignature } from './database-identity.ts';
export { headerChecksum, isHeaderValid, sealHeader } from './header-checksum.ts';
export {
  type AttachedEntry,
  decodeLogHeader,
  encodeLogHeader,
  LOG_SEGMENT_BYTES,
  type LogHeader,
} from './log-header.ts';
export { logFileName, logGeneration } from './log-name.ts';
export { type LogPosition, readLogPosition, writeLogPosition } from './log-position.ts';
export { isSegmentValid, type SegmentPlace, sealSegment } from './log-segment.ts';
export { readLogTime, writeLogTime } from './log-time.ts';
export { checkPage, type PageCondition, type PagePlace, type PageSize, sealPage } from './page-checksum.ts';
export { readSignature, type Signature, writeSignature } from './signature.ts';
export { type DatabaseShape, type PageShape, synthesizeDatabase, synthesizePage } from './synthesize/database.ts';
export {
  fillLog,
  LOG_BYTES,
  type LogContent,
  type LogShape,
  logContent,
  MAX_SEGMENTS,
  SEGMENT_CONTENT_BYTES,
  type SegmentShape,
  type SynthesizedLog,
  segmentContent,
  synthesizeLog,
  writeSegment,
} from './synthesize/log.ts';
export { type LogStreamShape, type StreamLog, synthesizeLogStream } from './synthesize/log-stream.ts';
export { decodeTrailer, encodeTrailer, type Trailer } from './trailer.ts';
