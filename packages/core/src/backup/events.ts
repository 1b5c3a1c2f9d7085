import type { SourceFileRole } from '../certsrv.ts';
import type { CopyEvent } from '../copy/copy-sets.ts';
import type { ContentFinding, FileRole, Warning } from '../store/manifest.ts';
import type { BackupState } from './states.ts';

/** What an observer of a run is told, as it happens. Observers must not throw. */
export type BackupEvent =
  | { readonly type: 'state-entered'; readonly state: BackupState['at'] }
  | { readonly type: 'session-waiting'; readonly elapsedMs: number; readonly waitMs: number }
  | { readonly type: 'set-begun'; readonly label: string; readonly caName: string; readonly caId: string }
  /** Logs only don't do; why not. */
  | { readonly type: 'full-chosen'; readonly reason: string }
  /** What the run of this label stored before it was interrupted is built on. */
  | { readonly type: 'run-resumed'; readonly label: string }
  | { readonly type: 'files-listed'; readonly role: FileRole; readonly names: readonly string[] }
  | { readonly type: 'file-opened'; readonly role: SourceFileRole; readonly name: string; readonly sizeBytes: number }
  /** After each read: bytes of this file so far, and bytes stored by the run so far. */
  | { readonly type: 'file-progress'; readonly name: string; readonly readBytes: number; readonly storedBytes: number }
  | { readonly type: 'file-stored'; readonly role: FileRole; readonly name: string; readonly sizeBytes: number }
  /** The set will be suspect. */
  | { readonly type: 'finding'; readonly finding: ContentFinding }
  | { readonly type: 'warning'; readonly warning: Warning }
  | { readonly type: 'set-sealed'; readonly label: string; readonly sound: boolean }
  /** A sink lacks objects that the set refers to: it gets them, then the set, after the session. */
  | { readonly type: 'sink-behind'; readonly location: string; readonly objects: number }
  /** What a sink lacked is being copied into it from the others. */
  | ({ readonly location: string } & CopyEvent);
