import { type BackupKeys, backupKeys, recipientsIn } from '../keys/backup-keys.ts';
import type { BackupKeyFlags, ReadingKeyFlags } from '../keys/key-flags.ts';
import { count } from '../output/format.ts';
import { type Check, checked, notApplicable, ok, warning } from './check.ts';
import { recipientsText } from './manifest-text.ts';

/** What doctor says about the keys of a backup: it reads them as a backup does, and uses none. */
export async function keyChecks(flags: BackupKeyFlags & ReadingKeyFlags): Promise<readonly Check[]> {
  return [
    await checked('recipients', async () => recipientsCheck(await recipientsIn(flags))),
    await checked('signing key', async () => {
      const { signingKey, signedBy } = flags;
      return signingKeyCheck(await backupKeys({ signingKey, signedBy }));
    }),
    ...identityChecks(flags),
  ];
}

function recipientsCheck(recipients: BackupKeys['recipients']): Check {
  if (recipients === undefined) {
    const hint =
      'With --recipient only the holder of a private key can read sets: see "adcs-backup keys generate --help".';
    return notApplicable('recipients', 'none: who can read the sink can read the sets', hint);
  }
  const isPostQuantum = recipients.names.some((name) => /^age1(?:tag)?pq1/.test(name));
  const kind = isPostQuantum ? 'post-quantum' : 'classical';
  return ok('recipients', `${kind}, ${recipientsText(recipients.names)}`);
}

function signingKeyCheck({ signer, trusted }: BackupKeys): Check {
  if (signer === undefined) {
    const hint = 'With --signing-key nobody else can make sets that count: see "adcs-backup keys generate --help".';
    return notApplicable('signing key', 'none: who can write to the sink can forge sets', hint);
  }
  const others = (trusted?.publicKeys ?? []).filter((key) => key !== signer.publicKey);
  const more = others.length === 0 ? '' : `; sets by ${count(others.length, 'other key')} count, too`;
  // It was read, so nobody else can read it.
  return ok('signing key', `public key ${signer.publicKey}, its file is private${more}`);
}

function identityChecks({ identity = [] }: ReadingKeyFlags): readonly Check[] {
  if (identity.length === 0) return [];
  const message = `${count(identity.length, 'private age key')} named: on this machine it opens every set`;
  const hint =
    'Keep private age keys off the CA, and take them out of its configuration: only restore and verify need one.';
  return [warning('identity', message, hint)];
}
