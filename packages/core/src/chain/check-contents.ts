import { DatabaseChecker, type Finding, LogChecker, logGeneration } from '@adcs-backup/ese';
import type { SourceFileRole } from '../certsrv.ts';
import type { ContentFinding, FileRecord } from '../store/manifest.ts';

/** So many findings of one file are listed; of the others it is said how many there are. */
const MAX_FINDINGS = 20;

/** What the check of a file's content found out: goes into its record. */
type CheckedContent = Pick<FileRecord, 'intact' | 'database' | 'log'>;

/** Checks one file while it passes. */
export interface ContentCheck {
  /** The next bytes; they stay the caller's. */
  feed(bytes: Uint8Array): void;
  /** Once, after the last byte. */
  end(): { readonly content: CheckedContent; readonly findings: readonly ContentFinding[] };
}

/** A check for a file of this role and name. Dynamic files can be anything. */
export function contentCheckOf(role: SourceFileRole, name: string): ContentCheck {
  const checker =
    role === 'database'
      ? new DatabaseChecker({ expected: 'streaming-copy', maxFindings: MAX_FINDINGS })
      : new LogChecker({ expectedGeneration: logGeneration(name), maxFindings: MAX_FINDINGS });
  return {
    feed: (bytes) => checker.feed(bytes),
    end: () => {
      const { intact, facts, ...result } = checker.end();
      const content = { intact, ...(facts === undefined ? {} : { [role]: facts }) };
      return { content, findings: findingsOf(name, result) };
    },
  };
}

interface FileFindings {
  readonly findings: readonly Finding[];
  readonly omittedFindings: number;
}

/** Errors only: what the engine does without doesn't make a set suspect. */
function findingsOf(file: string, { findings, omittedFindings }: FileFindings): ContentFinding[] {
  const listed = findings
    .filter(({ severity }) => severity === 'error')
    .map(({ kind, offset, number, message }) => ({
      code: kind,
      message: `${file}: ${message}`,
      file,
      offset,
      ...(number === undefined ? {} : { number }),
    }));
  if (omittedFindings === 0) return listed;
  const more = { code: 'more-findings', message: `${file}: ${omittedFindings} more findings`, file };
  return [...listed, more];
}
