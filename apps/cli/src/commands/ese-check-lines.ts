import type { FilesVerdict } from '@adcs-backup/ese';
import type { JsonLine } from '../output/json-line.ts';
import type { CheckedFile, UnreadableFile } from './ese-check-file.ts';
import { meaningOf } from './ese-check-meaning.ts';
import type { FileGroup } from './ese-check-targets.ts';

/** What `--json` prints of checked files. */

/** The findings, then the file. */
export function fileLines({ path, checked, sizeBytes }: CheckedFile): JsonLine[] {
  const of = { type: 'file-checked', path, sizeBytes } as const;
  if (checked.kind === 'not-checked') {
    return [{ ...of, state: 'not-checked', reason: checked.reason, findings: 0, omittedFindings: 0 }];
  }
  const { kind, result } = checked;
  const findings = result.findings.map((finding) => {
    const { kind: code, ...rest } = finding;
    return { type: 'file-finding', path, code, ...rest, meaning: meaningOf(code) };
  });
  const state = result.intact ? 'good' : 'damaged';
  const counts = { findings: findings.length, omittedFindings: result.omittedFindings };
  return [...findings, { ...of, state, kind, ...counts, ...contentFields(checked) }];
}

export function unreadableLine({ path, error }: UnreadableFile): JsonLine {
  return { type: 'file-checked', path, sizeBytes: 0, state: 'unreadable', reason: error.message, ...noFindings };
}

const noFindings = { findings: 0, omittedFindings: 0 } as const;

function contentFields(checked: CheckedFile['checked']): Readonly<Record<string, unknown>> {
  if (checked.kind === 'database' && checked.result.facts !== undefined) {
    const { pageSize, formatVersion, state } = checked.result.facts;
    return { database: { pageSize, formatVersion, state, pages: checked.result.pages } };
  }
  if (checked.kind === 'log' && checked.result.facts !== undefined) {
    const { generation, version } = checked.result.facts;
    return { log: { generation, version, segments: checked.result.segments } };
  }
  return {};
}

/** What is wrong with the logs, then the folder. */
export function folderLines({ folder, isLoose }: FileGroup, { databases, logs }: FilesVerdict): JsonLine[] {
  const faults = [
    ...databases.flatMap(({ name, faults: list }) => list.map((fault) => ({ database: name, fault }))),
    ...(logs?.faults ?? []).map((fault) => ({ database: undefined, fault })),
  ];
  return [
    ...faults.map(({ database, fault: { kind: code, ...rest } }) => {
      return { type: 'folder-finding', folder, database, code, ...rest };
    }),
    {
      type: 'folder-checked',
      folder,
      isLoose,
      databases: databases.map(({ name, form, state, needed, lastUsable }) => ({
        name,
        form,
        state,
        lowestNeeded: needed?.lowest,
        highestNeeded: needed?.highest,
        highestCommitted: needed?.highestCommitted,
        lastUsable,
      })),
      logs: logs && { lowest: logs.lowest, highest: logs.highest, count: logs.count },
      findings: faults.length,
    },
  ];
}
