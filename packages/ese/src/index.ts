export { type BackupInfo, readBackupInfo, writeBackupInfo } from './backup-info.ts';
export { type BlockChecksum, type BlockPlace, blockChecksum } from './block-checksum.ts';
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
export { decodeLogHeader, encodeLogHeader, LOG_SEGMENT_BYTES, type LogHeader } from './log-header.ts';
export { logFileName, logGeneration } from './log-name.ts';
export { type LogPosition, readLogPosition, writeLogPosition } from './log-position.ts';
export { isSegmentValid, type SegmentPlace, sealSegment } from './log-segment.ts';
export { readLogTime, writeLogTime } from './log-time.ts';
export { checkPage, type PageCondition, type PagePlace, type PageSize, sealPage } from './page-checksum.ts';
export { readSignature, type Signature, writeSignature } from './signature.ts';
export { type DatabaseShape, type PageShape, synthesizeDatabase, synthesizePage } from './synthesize/database.ts';
export { fillLog, LOG_BYTES, type LogShape, type SynthesizedLog, synthesizeLog } from './synthesize/log.ts';
export { type LogStreamShape, type StreamLog, synthesizeLogStream } from './synthesize/log-stream.ts';
export { decodeTrailer, encodeTrailer, type Trailer } from './trailer.ts';
