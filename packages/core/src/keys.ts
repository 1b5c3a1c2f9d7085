/** The keys that sets are stored with, as ports: core never sees a private key, nor where one is kept. */

/** Public keys of those who may read. Nothing that encrypts with them can open what it encrypted. */
export interface PackRecipients {
  /** As the manifest names them: age recipients, sorted, each once. */
  readonly names: readonly string[];
  /** Makes a file key for one more pack, and wraps it for each recipient. */
  newFileKey(): Promise<WrappedFileKey>;
}

/** What an age file begins with, and what its payload is encrypted with. */
export interface WrappedFileKey {
  /** 16 random bytes. */
  readonly fileKey: Uint8Array;
  /** The age header, its MAC and the line feed after it included. */
  readonly header: Uint8Array;
}

/** Private keys of somebody who may read. */
export interface PackIdentities {
  /**
   * @param header as in {@link WrappedFileKey}
   * @returns the file key, 16 bytes
   * @throws `identity-missing` when the file is for others; `integrity-failed` when the header was altered
   */
  fileKeyOf(header: Uint8Array): Promise<Uint8Array>;
}

/** The private key of a host, which says that an object comes from there. */
export interface ObjectSigner {
  /** As a minisign public key file has it in its second line. */
  readonly publicKey: string;
  /** The content of a minisign signature file over `body`, whose trusted comment is `name`: the object's key. */
  sign(body: Uint8Array, name: string): Uint8Array;
}

/** The public keys of hosts whose objects count. */
export interface TrustedSigners {
  /** As minisign public key files have them in their second lines. */
  readonly publicKeys: readonly string[];
  /**
   * Reads a minisign signature file, which must be by one of the keys, over the trusted comment `name`.
   * @throws `signature-invalid` that begins with `name`
   */
  signatureOf(file: Uint8Array, name: string): ObjectSignature;
}

/** A signature whose own comment was verified. */
export interface ObjectSignature {
  /** @throws `signature-invalid` when it was made over other bytes */
  check(body: Uint8Array): void;
}
