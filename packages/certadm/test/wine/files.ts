/** Runs as a Windows process: makes closed files and folders, asks who reaches them; tells it as one line of JSON. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { openWindowsFiles } from '@adcs-backup/certadm';

const files = await openWindowsFiles();
const folder = 'C:\\files';
const open = `${folder}\\open`;
const closed = `${folder}\\closed`;
const keyFile = `${closed}\\signing.key`;
/** Beyond MAX_PATH. */
const long = `${closed}\\${'long-'.repeat(25)}\\${'path-'.repeat(25)}`;

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

mkdirSync(open, { recursive: true });
files.makeClosedFolder(closed);
files.makeClosedFile(keyFile);
writeFileSync(keyFile, 'secret', { flag: 'r+' });
mkdirSync(`${long}\\..`, { recursive: true });
files.makeClosedFolder(long);

// On a share: a folder like any other.
const [shared, sharedKey] = ['\\\\nas\\share\\folder', '\\\\nas\\share\\key'];
files.makeClosedFolder(shared);
files.makeClosedFile(sharedKey);

const facts = {
  open: files.accessOfOthers(open),
  closed: files.accessOfOthers(closed),
  keyFile: files.accessOfOthers(keyFile),
  long: files.accessOfOthers(long),
  shared: files.accessOfOthers(shared),
  sharedKey: files.accessOfOthers(sharedKey),
  longLength: long.length,
  entries: readdirSync(closed),
  errors: {
    folderAgain: codeOf(() => files.makeClosedFolder(closed)),
    fileAgain: codeOf(() => files.makeClosedFile(keyFile)),
    noParent: codeOf(() => files.makeClosedFolder(`${folder}\\missing\\folder`)),
    sharedFolderAgain: codeOf(() => files.makeClosedFolder(shared)),
    missing: codeOf(() => files.accessOfOthers(`${folder}\\missing`)),
  },
};
process.stdout.write(`${JSON.stringify(facts)}\n`);
