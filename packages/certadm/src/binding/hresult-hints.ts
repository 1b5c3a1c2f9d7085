/** What the operator can do about a failed call. */
export const hints = {
  access:
    'Run on the CA itself from an elevated prompt, as a member of Backup Operators or Administrators with the Read permission on the CA.',
  aborted:
    'Certificate Services ended the backup, mostly because the service was stopped; start it and take the backup again.',
  caDisk: "Check the System and Application event logs for disk and ESENT errors, and the health of the CA's disk.",
  caDiskFull: "Free space on the CA's database and log disks, then take the backup again.",
  circularLogging:
    'With circular logging the CA keeps no logs to back up: take full backups only, or clear bit 0x4 of DBFlags in the configuration of the CA, restart the service and take a full backup.',
  damaged:
    'Delete and truncate nothing and keep the old sets: stop Certificate Services, copy the database and log files of the CA offline, then restore the newest full set with its logs.',
  eventLog: 'Look for ESENT and CertificationAuthority events in the Application event log of the CA.',
  locked: 'Another program, mostly an antivirus scanner, holds a file of the CA: exclude the database and log folders.',
  logMissing: 'Logs that this backup needs are gone, mostly because another tool truncated them: take a full backup.',
  memory: 'Free memory on the CA, then take the backup again.',
  notAllowedYet: 'Wait until Certificate Services has started completely, then take the backup again.',
  notCounted: 'The engine does not count this backup: take it again, and read every log that was listed.',
  otherBackup:
    'Wait until the other backup has ended; after a killed backup the CA may stay busy until Certificate Services is restarted.',
  privilege:
    'Give the account the right "Back up files and directories" (SeBackupPrivilege), log on anew and run elevated.',
  remote: 'Run on the CA itself, and look for CertificationAuthority events in its Application event log.',
  restoreRunning: 'Wait until the restore has ended and Certificate Services runs again.',
  roleMissing: 'Check that the Certification Authority role is installed and configured on this server.',
  serverDown: 'Check the name of the server and that the service certsvc is running: Get-Service certsvc.',
  sessionLost: 'The CA no longer knows this backup, mostly because its service was restarted: take the backup again.',
  suspended: 'End the restore that was begun, restart Certificate Services, then take a full backup.',
  takeFull: 'Take a full backup with log truncation first: only that opens the way for logs-only backups.',
} as const;
