/** Texts that several commands share. */

export const sinkHelp =
  'where the sets are: a folder (D:\\Backups, \\\\nas\\share\\ca, /srv/backup) or a URL (s3://…, azblob://…, file:///…)';
export const caHelp = "the CA's name, when the sink holds sets of several";
export const retryForHelp = 'how long one call to the sink may keep failing (default: 15min)';
export const sinkPackageHelp = 'npm package with another sink; may be repeated';
export const caFileHelp = 'PEM file of an authority to trust beside those of the system, for sinks in a network';
export const limitUploadHelp = 'send no faster, all sinks together: 500KiB/s, 4MiB/s, 10Mbit/s';
export const lockForHelp =
  'nobody can delete or replace any object of the chain before its greatest age (--chain-max-age) and this have passed since it began';
export const serverHelp = "the CA's machine name (default: this computer)";
export const certadmHelp = "another library than the system's Certadm.dll, for tests and support";
export const recipientHelp = 'encrypt to this public key (age1…): only its private key opens the set; may be repeated';
export const recipientsFileHelp = 'file with recipients, one a line';
export const signingKeyHelp = 'file with the key that signs sets, as "keys generate --signing" makes it';
export const signedByHelp =
  'only what this key signed counts: a minisign public key (RW…), or a file that has one; may be repeated';
export const identityHelp =
  'file with a private age key, which opens encrypted sets; - reads it from standard input; may be repeated';

/** Lines that can be pasted, for the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');
}
