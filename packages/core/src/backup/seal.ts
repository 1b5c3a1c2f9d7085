import type { BackupIo } from './io.ts';
import type { SoundSet, StateAt } from './states.ts';

/**
 * All checks, then the manifest: from then on the set exists. Only here a {@link SoundSet} is made,
 * and only with it logs can be truncated.
 */
export async function sealSet(
  { certSrv, session, set }: StateAt<'sealing'>,
  io: BackupIo,
): Promise<StateAt<'truncating-logs' | 'ending-session'>> {
  const { examineContents, truncateLogs = false } = io.options;
  const findings = await examineContents?.();
  const contents = findings === undefined ? 'not-made' : findings.length === 0 ? 'passed' : 'failed';
  if (truncateLogs && contents !== 'passed') {
    const why = contents === 'failed' ? 'failed its checks' : 'has contents that nobody checked';
    io.log.warn({ code: 'not-truncated', message: `no log was truncated: the set ${why}` });
  }
  const warnings = [...io.log.warnings];
  const manifest = await set.seal({ sealedAt: io.clock.now(), contents, warnings, findings: findings ?? [] });
  io.log.observe({ type: 'set-sealed', label: manifest.label, sound: manifest.sound });
  if (truncateLogs && isSound(manifest)) return { at: 'truncating-logs', certSrv, session, set, sealed: { manifest } };
  return { at: 'ending-session', certSrv, session, set, manifest, truncation: undefined, failure: undefined };
}

function isSound(manifest: SoundSet['manifest'] | { readonly sound: boolean }): manifest is SoundSet['manifest'] {
  return manifest.sound;
}
