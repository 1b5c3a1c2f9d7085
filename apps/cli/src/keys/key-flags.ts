/** Flags that name keys: public keys as they are, private ones only by the file that has them. */

export interface BackupKeyFlags {
  readonly recipient?: readonly string[] | undefined;
  readonly recipientsFile?: string | undefined;
  readonly signingKey?: string | undefined;
  /** Public keys, or files that have one. */
  readonly signedBy?: readonly string[] | undefined;
}

export interface ReadingKeyFlags {
  /** Files; `-` is standard input. */
  readonly identity?: readonly string[] | undefined;
  /** Public keys, or files that have one. */
  readonly signedBy?: readonly string[] | undefined;
}
