export { AdcsBackupError, type ErrorCode, type ErrorDetails } from '../errors.ts';
export { type ChainLock, DEFAULT_CHAIN_MAX_AGE_MS } from '../store/chain-lock.ts';
export {
  type BackupSink,
  type CallOptions,
  type GetOptions,
  MAX_OBJECT_BYTES,
  type ObjectVersion,
  type PutOptions,
  type SinkSetting,
  type SinkSupports,
  type StoredObject,
} from './backup-sink.ts';
export { closest } from './closest.ts';
export { isDeviceName } from './device-name.ts';
export { isObjectKey, MAX_KEY_LENGTH, MAX_KEY_PART_LENGTH, type ObjectKey, objectKey } from './keys.ts';
export { withUploadLimit } from './limited-sink.ts';
export { lockedSink, type SinkLock } from './locked-sink.ts';
export type { OpenOptions, SinkPlugin } from './plugin.ts';
export { withRetry } from './retry.ts';
export type { RetryPolicy, SinkRetry } from './retry-policy.ts';
export { type UploadClock, UploadLimit } from './upload-limit.ts';
