import type { BackupSink } from '../sink/backup-sink.ts';
import { beginKey, type SetPlace } from '../store/layout.ts';
import type { Manifest } from '../store/manifest.ts';
import { readSigned } from '../store/signed-object.ts';
import type { SetFindings } from './set-findings.ts';
import type { VerifyOptions } from './verify.ts';

interface CheckingSignatures {
  readonly sink: BackupSink;
  readonly place: SetPlace;
  readonly manifest: Manifest;
  readonly findings: SetFindings;
}

/**
 * Where signers are trusted, checks what they signed besides manifest and outcome: the set's begin and its maps. No
 * restore needs these signatures; one that is wrong says that somebody was there.
 */
export async function checkSignatures(
  { sink, place, manifest, findings }: CheckingSignatures,
  { trusted, signal }: VerifyOptions,
): Promise<void> {
  if (trusted === undefined) return;
  const options = { trusted, signal, olderVersions: findings.olderVersions };
  const missing = new Set(findings.all.map(({ key }) => key));
  const maps = manifest.maps
    .filter(({ key }) => !missing.has(key))
    .map(({ key }) => ({ key, code: 'map-invalid' }) as const);
  for (const about of [{ key: beginKey(place), code: 'begin-invalid' } as const, ...maps]) {
    const wanted = { key: about.key, sizeBytes: undefined, accept: (): void => undefined };
    await findings.orFinding(() => readSigned(sink, wanted, options), about);
  }
}
