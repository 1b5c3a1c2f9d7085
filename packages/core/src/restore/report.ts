import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComposedSet } from '../chain/read-chain.ts';
import { type Verdict, verdictOf } from '../chain/verdict.ts';
import type { FileRole } from '../store/manifest.ts';
import type { OlderVersion } from '../store/older-versions.ts';
import type { RestorePlan } from './plan.ts';
import { targetError } from './target-error.ts';
import { REPORT_FILE, type TargetFolder } from './target-folder.ts';

export interface RestoreReport {
  readonly label: string;
  readonly sound: boolean;
  readonly to: string;
  /** Whether the files are the whole set, and why. */
  readonly verdict: Verdict;
  /** What `certutil -restoreDB` is given, one after another: one, or in the layout per set one for each. */
  readonly folders: readonly { readonly label: string; readonly path: string }[];
  readonly files: readonly {
    readonly role: FileRole;
    readonly name: string;
    readonly path: string;
    readonly sizeBytes: number;
  }[];
  readonly bytes: number;
  readonly packsRead: number;
  /** What was read in place of objects that were replaced or deleted. */
  readonly olderVersions: readonly OlderVersion[];
  /** Why nobody knows how the set's session ended, though it is recorded: no harm to the files. */
  readonly outcomeFault: string | undefined;
}

/** Beside the files: which set they are, and where each was on the CA. */
export async function writeReport(
  target: TargetFolder,
  plan: RestorePlan,
  { composed, olderVersions }: { readonly composed: ComposedSet } & Pick<RestoreReport, 'olderVersions'>,
): Promise<void> {
  const { label, ca, server, startedAt, sound } = composed.set.manifest;
  const document = {
    label,
    ca: ca.name,
    server,
    startedAt,
    sound,
    verdict: verdictOf(composed),
    folders: plan.folders,
    files: plan.parts
      .flatMap(({ files }) => files)
      .map((file) => ({
        path: file.path.replaceAll('\\', '/'),
        set: file.label,
        sourcePath: file.record.sourcePath,
        sizeBytes: file.record.sizeBytes,
        treeDigest: file.record.treeDigest,
      })),
    olderVersions,
  };
  try {
    const text = `${JSON.stringify(document, null, 2)}\n`;
    await writeFile(join(target.partial, REPORT_FILE), text, { mode: 0o600, flush: true });
  } catch (error) {
    throw targetError(error, target.path);
  }
}

export function reportOf(
  composed: ComposedSet,
  plan: RestorePlan,
  facts: Pick<RestoreReport, 'to' | 'bytes' | 'packsRead' | 'olderVersions'>,
): RestoreReport {
  const { label, sound } = composed.set.manifest;
  return {
    label,
    sound,
    ...facts,
    outcomeFault: composed.set.outcomeFault?.message,
    verdict: verdictOf(composed),
    folders: plan.folders.map((folder) => ({ label: folder.label, path: join(facts.to, folder.path) })),
    files: plan.parts
      .flatMap(({ files }) => files)
      .map(({ record, path }) => ({
        role: record.role,
        name: record.name,
        path: join(facts.to, path),
        sizeBytes: record.sizeBytes,
      })),
  };
}
