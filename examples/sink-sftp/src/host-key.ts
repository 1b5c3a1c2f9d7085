import { createHash } from 'node:crypto';
import { AdcsBackupError } from '@adcs-backup/core/sink';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import type { KnownKey } from './known-hosts.ts';

/** The algorithms by which a server can show a key of each type. */
const algorithms: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** Decides whether the key that a server shows is the one that was written down. Nothing is trusted on first use. */
export class HostKeyCheck {
  readonly #server: string;
  readonly #known: readonly KnownKey[];
  readonly #file: string;
  #refusal: AdcsBackupError | undefined;

  /** `server` and `file`, where the known keys are from, are for messages. */
  constructor(server: string, known: readonly KnownKey[], file: string) {
    this.#server = server;
    this.#known = known;
    this.#file = file;
  }

  /** Asked for of the server, so that it shows a key that is known; empty where none is: then any may be shown. */
  get algorithms(): ServerHostKeyAlgorithm[] {
    const types = this.#known.filter((key) => !key.isRevoked).map(({ type }) => type);
    return [...new Set(types)].flatMap((type) => algorithms[type] ?? []);
  }

  /** Why the key was refused, once it was. */
  get refusal(): AdcsBackupError | undefined {
    return this.#refusal;
  }

  accepts(shown: Buffer): boolean {
    const same = this.#known.filter(({ blob }) => blob.equals(shown));
    const isAccepted = same.length > 0 && !same.some(({ isRevoked }) => isRevoked);
    if (!isAccepted) this.#refusal = this.#refused(shown, same.length > 0);
    return isAccepted;
  }

  #refused(shown: Buffer, isRevoked: boolean): AdcsBackupError {
    const fingerprint = `SHA256:${createHash('sha256').update(shown).digest('base64').replace(/=+$/, '')}`;
    if (isRevoked) {
      return refusal(`the host key of ${this.#server}, ${fingerprint}, is revoked`, `${this.#file} says so.`);
    }
    if (this.#known.some((key) => !key.isRevoked)) {
      const hint = `Someone may stand between you and the server, or it has a new key: ask its administrator, and only then change ${this.#file}.`;
      return refusal(`the host key of ${this.#server}, ${fingerprint}, is another one than before`, hint);
    }
    const hint = `Compare the fingerprint with one from the server's administrator, then add the key to ${this.#file}, for example by ssh-keyscan.`;
    return refusal(`the host key of ${this.#server}, ${fingerprint}, is unknown`, hint);
  }
}

function refusal(message: string, hint: string): AdcsBackupError {
  return new AdcsBackupError('sink-denied', message, { hint });
}
