import type { StoredObject } from '../sink/backup-sink.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { Warning } from '../store/manifest.ts';
import type { BackupIo } from './io.ts';

/** What the operator is told when a set begins. */

/** Retention and locks count by the sink's clock: more than this is worth a look. */
const CLOCK_SKEW_MS = 5 * 60_000;

export function storedDataLost(what: string): Warning {
  return {
    code: 'stored-data-lost',
    message: `missing or damaged in the sink: ${what}`,
    hint: 'What the CA still has is stored again by this run. Earlier sets stay damaged: run "adcs-backup verify", and find out what deletes or alters objects.',
  };
}

export function warnOfSkew({ modifiedAt }: StoredObject, io: BackupIo): void {
  const skewMs = modifiedAt.getTime() - io.clock.now().getTime();
  if (Math.abs(skewMs) <= CLOCK_SKEW_MS) return;
  io.log.warn({
    code: 'clock-skew',
    message: `the sink's clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's`,
    hint: 'Labels come from this machine, retention from the sink: check which of them is wrong (w32tm /query /status).',
  });
}

/** The newest set that counts, as far as it can be read. */
interface SetBefore {
  readonly entry: SetEntry | undefined;
  readonly isEncrypted: boolean;
}

/** A key that got lost from the configuration must not go unnoticed. */
export function warnOfExposure({ entry, isEncrypted }: SetBefore, { options, log }: BackupIo): void {
  if (entry === undefined) return;
  if (isEncrypted && options.recipients === undefined) {
    log.warn({
      code: 'not-encrypted',
      message: `the newest set ${entry.label.text} is encrypted, this one is not`,
      hint: 'Unless that is meant, name the recipients again: --recipient or --recipients-file.',
    });
  }
  if (entry.hasSignature && options.signer === undefined) {
    log.warn({
      code: 'not-signed',
      message: `the newest set ${entry.label.text} is signed, this one is not`,
      hint: 'Unless that is meant, name the signing key again: --signing-key.',
    });
  }
}
