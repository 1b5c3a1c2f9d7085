export type { BackupEvent } from './backup/events.ts';
export type { BackupOptions, BackupResult, Clock, SetOutcome, SinkResult, Truncation } from './backup/options.ts';
export { runBackup } from './backup/run.ts';
export type { BackupState, Transitions } from './backup/states.ts';
export type {
  BackupSession,
  CertSrv,
  LibraryInfo,
  LogFolder,
  OpenFile,
  RestoreMap,
  RestoreMapKind,
  SetType,
  SourceFile,
  SourceFileRole,
} from './certsrv.ts';
export type { ComposedLog, Composition } from './chain/compose.ts';
export { type ComposedSet, composeStored } from './chain/read-chain.ts';
export { type Verdict, verdictOf } from './chain/verdict.ts';
export type { CopyProgress } from './copy/copy-set.ts';
export {
  type CopyEvent,
  type CopySetsOptions,
  copySets,
  type SetCopyOrder,
  type SetCopyResult,
} from './copy/copy-sets.ts';
export { withoutHoles } from './copy/without-holes.ts';
export { AdcsBackupError, type ErrorCode, type ErrorDetails, messageOf } from './errors.ts';
export type {
  ObjectSignature,
  ObjectSigner,
  PackIdentities,
  PackRecipients,
  TrustedSigners,
  WrappedFileKey,
} from './keys.ts';
export type { RestoreLayout } from './restore/plan.ts';
export type { RestoreReport } from './restore/report.ts';
export { type RestoreEvent, type RestoreOptions, restoreSet } from './restore/restore.ts';
export {
  chooseCa,
  type FindSetOptions,
  findSet,
  type ListSetsOptions,
  listSets,
  type SetEntry,
} from './store/catalogue.ts';
export { keepYoungSpaceSmall } from './store/garbage.ts';
export { type Label, parseLabel } from './store/label.ts';
export { caIdOf } from './store/layout.ts';
export {
  type ChainTerms,
  type Checks,
  type ContentFinding,
  type Extent,
  type FileRecord,
  type FileRole,
  FORMAT,
  type Manifest,
  type ObjectRecord,
  type PreviousSet,
  type SetCounts,
  type Warning,
} from './store/manifest.ts';
export type { OlderVersion } from './store/older-versions.ts';
export { readSet, type StoredSet } from './store/set-reader.ts';
export type { Finding, FindingCode } from './verify/finding.ts';
export { type CaLook, checkFreshness, type Freshness } from './verify/freshness.ts';
export { type LookOptions, lookAtCa } from './verify/look-at-ca.ts';
export type { SetVerdict } from './verify/set-verdict.ts';
export { decodeTrust, encodeTrust, type RememberedSet, type SeenSet, type TrustState } from './verify/trust-state.ts';
export {
  type VerifyEvent,
  type VerifyOptions,
  verifySet,
} from './verify/verify.ts';
export { whileHeld } from './while-held.ts';
