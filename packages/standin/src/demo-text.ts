/** Words and numbers of the demo. */

export const openingLines = `A CA is backed up, issues certificates, is backed up again, and comes back from what is stored.
There is no Windows here, so the CA is a stand-in: a C library with the functions of Certadm.dll
over a folder of made-up files. All the rest is real: the built command, its binding, what it stores.`;

export const closingLines = `
On a real CA, in an elevated shell, in this folder:
   npx -y pnpm@12 adcs-backup doctor D:\\Backups     what is missing for a backup?
   npx -y pnpm@12 adcs-backup backup D:\\Backups     deletes nothing without --truncate-logs
No test of this project has met a real CA: begin with one that doesn't matter. Read on in README.md.`;

/** `1,294,336 bytes`. */
export function exact(bytes: number): string {
  return `${grouped(bytes)} bytes`;
}

export function grouped(amount: number): string {
  return amount.toLocaleString('en-US');
}

/** `64 MiB`. */
export function short(bytes: number): string {
  return `${Number((bytes / 2 ** 20).toFixed(1))} MiB`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
