import { join, sep } from 'node:path';
import type { ComposedSet } from '../chain/read-chain.ts';
import { AdcsBackupError } from '../errors.ts';
import { isDeviceName } from '../sink/device-name.ts';
import type { FileRecord, Manifest } from '../store/manifest.ts';
import { DATABASE_FOLDER, DYNAMIC_FOLDER, REPORT_FILE } from './target-folder.ts';

/** certutil's name for the restore map. */
const RESTORE_MAP_FILE = 'certbkxp.dat';

/** `single`: one folder with database and all logs. `per-set`: one for the full set, one for each logs-only set. */
export type RestoreLayout = 'single' | 'per-set';

/** A file that a restore writes. */
export interface PlannedFile {
  readonly record: FileRecord;
  /** Label of the set that holds it. */
  readonly label: string;
  /** Relative to the target. */
  readonly path: string;
}

/** Everything that is taken from one set. */
export interface PlannedPart {
  /** With those of its files only that are wanted. */
  readonly manifest: Manifest;
  /** In the order of the manifest's files. */
  readonly files: readonly PlannedFile[];
}

/** What goes where, relative to the target. */
export interface RestorePlan {
  readonly parts: readonly PlannedPart[];
  /** Restore maps by their path. */
  readonly maps: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  /** What certutil takes, in this order; '' is the target itself. */
  readonly folders: readonly { readonly label: string; readonly path: string }[];
  /** Everything in the target, in the order in which it gets its final name. */
  readonly names: readonly string[];
}

/**
 * Plans the restore of a set: its full set, one good copy of each log after it, and its own dynamic files.
 * @throws `integrity-failed` when there is no full set, or a name in a manifest leads out of the target
 */
export function planRestore({ set, composition }: ComposedSet, layout: RestoreLayout): RestorePlan {
  const { base, logs } = composition;
  const target = set.manifest;
  if (base === undefined) {
    throw new AdcsBackupError('integrity-failed', `${target.label} can't be restored: its full set is not there`, {
      hint: '"adcs-backup verify" says which sets can be restored. Another copy of the sink may have the full set.',
    });
  }
  const folderOf = ({ label }: Manifest): string => (layout === 'single' ? '' : label);
  // A copy from before the full set completes that set.
  const ownerOf = (holder: Manifest): Manifest => (holder.label < base.label ? base : holder);
  const planned = [
    ...base.files.filter(({ role }) => role === 'database').map((record) => ({ holder: base, owner: base, record })),
    ...logs.map(({ set: holder, file }) => ({ holder, owner: ownerOf(holder), record: file })),
    ...target.files
      .filter(({ role }) => role === 'dynamic')
      .map((record) => ({ holder: target, owner: target, record })),
  ];
  const parts = Map.groupBy(planned, ({ holder }) => holder);
  const owners = [...new Set([base, ...planned.filter(isPlacedInDatabase).map(({ owner }) => owner)])];
  const files = {
    parts: [...parts].map(([manifest, files]) => ({
      manifest: { ...manifest, files: files.map(({ record }) => record) },
      files: files.map(({ record, owner }) => ({
        record,
        label: manifest.label,
        path: join(folderOf(owner), record.role === 'dynamic' ? DYNAMIC_FOLDER : DATABASE_FOLDER, record.name),
      })),
    })),
    maps: mapsOf(owners, base, folderOf),
    folders: (layout === 'single' ? [base] : owners).map((owner) => ({ label: owner.label, path: folderOf(owner) })),
  };
  const plan = { ...files, names: namesOf(files) };
  requireSafeNames(plan);
  return plan;
}

function isPlacedInDatabase({ record }: { readonly record: FileRecord }): boolean {
  return record.role !== 'dynamic';
}

function mapsOf(owners: readonly Manifest[], base: Manifest, folderOf: (set: Manifest) => string): RestorePlan['maps'] {
  const folders = new Map(owners.map((owner) => [folderOf(owner), owner]));
  return [...folders.keys()].map((folder) => {
    return { path: join(folder, DATABASE_FOLDER, RESTORE_MAP_FILE), bytes: base.restoreMap.raw };
  });
}

/** What certutil reads comes last: as long as it isn't there, nobody takes the restore for a whole one. */
function namesOf({ parts, maps }: Pick<RestorePlan, 'parts' | 'maps'>): readonly string[] {
  const paths = [...maps, ...parts.flatMap(({ files }) => files)].map(({ path }) => path);
  const folders = new Set(paths.map((path) => path.slice(0, path.indexOf(sep))));
  return [REPORT_FILE, ...[...folders].sort((one, other) => (one < other ? 1 : -1))];
}

/** Names come from the sink: none may lead out of the target, none may meet another; Windows drops dots and blanks at an end. */
function requireSafeNames(plan: RestorePlan): void {
  const taken = new Set(plan.maps.map(({ path }) => path.toLowerCase()));
  for (const { record, label, path } of plan.parts.flatMap(({ files }) => files)) {
    const { name } = record;
    const isPlain = /^[^/\\:\0]*[^/\\:\0. ]$/.test(name) && !isDeviceName(name);
    if (!isPlain || taken.has(path.toLowerCase())) {
      const what = isPlain ? 'twice' : 'with a name that is not a plain file name';
      throw new AdcsBackupError('integrity-failed', `the set ${label} holds ${JSON.stringify(name)} ${what}`, {
        hint: 'The manifest was altered in the sink. Use another set, and find out who may write there.',
      });
    }
    taken.add(path.toLowerCase());
  }
}
