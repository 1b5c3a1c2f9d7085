import type { LibraryProbe } from '@adcs-backup/certadm';
import { count } from '../output/format.ts';
import { type Check, failed, notApplicable, ok } from './check.ts';
import { libraryText } from './manifest-text.ts';

/** What doctor says about the platform, Certadm.dll and the privilege. */

export function platformCheck(platform: NodeJS.Platform, isNamed: boolean): Check {
  if (platform === 'win32') return ok('platform', 'Windows');
  if (isNamed) return notApplicable('platform', `${platform}; another library is named, so Windows is not needed`);
  return failed('platform', {
    code: 'unsupported-platform',
    message: `${platform}: a CA is backed up on Windows only`,
    hint: 'Run on the Windows server that hosts the CA. Sets can be listed, verified and restored anywhere.',
  });
}

export function libraryChecks(probe: LibraryProbe): readonly Check[] {
  return [libraryCheck(probe), exportsCheck(probe), privilegeCheck(probe)];
}

function libraryCheck({ path, version, isSystem, problem }: LibraryProbe): Check {
  if (problem !== undefined && problem.code !== 'export-missing') return failed('library', problem);
  return ok(
    'library',
    libraryText({ path: path ?? 'unknown', isSystem, ...(version === undefined ? {} : { version }) }),
  );
}

function exportsCheck({ presentExports, missingExports, problem }: LibraryProbe): Check {
  if (problem?.code === 'export-missing') return failed('exports', problem);
  if (problem !== undefined) return notApplicable('exports', 'no library to look at');
  return ok(
    'exports',
    `${presentExports.length} of ${count(presentExports.length + missingExports.length, 'function')}`,
  );
}

function privilegeCheck({ privilege }: LibraryProbe): Check {
  if (privilege === 'held') return ok('privilege', 'SeBackupPrivilege can be enabled');
  if (privilege === 'not-applicable') return notApplicable('privilege', 'SeBackupPrivilege is a matter of Windows');
  return failed('privilege', {
    code: 'privilege-missing',
    message: 'this account does not hold SeBackupPrivilege',
    hint: 'Run from an elevated shell, as a member of Backup Operators or Administrators of the CA.',
  });
}
