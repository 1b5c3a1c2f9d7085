import { checkLogChain } from '@adcs-backup/ese';
import { type Composition, compose } from '../chain/compose.ts';
import { AdcsBackupError } from '../errors.ts';
import type { Checks, ContentFinding, FileRecord, Manifest } from '../store/manifest.ts';
import { lookForObjects } from './complete-sinks.ts';
import type { History } from './history.ts';
import type { BackupIo } from './io.ts';
import type { SoundSet, StateAt } from './states.ts';

/**
 * All checks, then the manifest: from then on the set exists. Only here a {@link SoundSet} is made,
 * and only with it logs can be truncated.
 */
export async function sealSet(
  { certSrv, session, set, history }: StateAt<'sealing'>,
  io: BackupIo,
): Promise<StateAt<'truncating-logs' | 'ending-session'>> {
  const { strict = false, truncateLogs = false } = io.options;
  const composition = compose<ComposedSet>({ ...set.beginning, files: set.files }, earlierSets(history, io));
  const needs = [...new Set([composition.base, ...composition.logs.map((log) => log.set)])].filter(isManifest);
  await set.flush();
  const { complete, lost } = await lookForObjects(set, needs, io);
  const chain = [...chainFindings(composition, set.files), ...lost.map(({ key }) => lostObject(key))];
  for (const finding of chain) io.log.find(finding);
  const checks = { contents: wordOf(set.files.every(isWhole)), chain: wordOf(chain.length === 0) };
  const { findings } = io.log;
  if (strict && findings.length > 0) throw notSealed(set.beginning.label, findings);
  if (truncateLogs && findings.length > 0) {
    io.log.warn({ code: 'not-truncated', message: 'no log was truncated: the set is suspect' });
  }
  const input = { sealedAt: io.clock.now(), checks, warnings: [...io.log.warnings], findings: [...findings] };
  const manifest = await set.seal(input, complete);
  io.log.observe({ type: 'set-sealed', label: manifest.label, sound: manifest.sound });
  const storing = { certSrv, session, set, history, copies: complete };
  if (truncateLogs && isSound(manifest)) return { at: 'truncating-logs', ...storing, sealed: { manifest, needs } };
  return { at: 'ending-session', ...storing, manifest, truncation: undefined, failure: undefined };
}

/** A set of the chain, or the one that is being made. */
type ComposedSet = Pick<Manifest, 'label' | 'type' | 'files'> & Partial<Manifest>;

function isManifest(set: ComposedSet | undefined): set is Manifest {
  return set?.packs !== undefined;
}

/** A full set must do by itself. */
function earlierSets({ sets }: History, { type }: BackupIo): readonly ComposedSet[] {
  return type === 'full' ? [] : sets;
}

/** Besides what a restore needs, the logs that the engine listed must be one chain, those too that nobody needs any more. */
function chainFindings(composition: Composition, files: readonly FileRecord[]): readonly ContentFinding[] {
  // What is wrong with the content of this set's files was found when they passed; of earlier sets' it was not.
  const damaged = new Set(files.filter((file) => !isWhole(file)).map(({ name }) => name));
  const isKnown = ({ code, file = '' }: ContentFinding): boolean => code.endsWith('-damaged') && damaged.has(file);
  const found = composition.findings.filter((finding) => !isKnown(finding));
  if (found.length > 0) return found;
  return checkLogChain(files.flatMap(({ log }) => log ?? [])).map(({ kind, message }) => ({ code: kind, message }));
}

function lostObject(key: string): ContentFinding {
  return { code: 'object-missing', message: `${key}, which an earlier set stored, is missing in the sink` };
}

function isWhole({ role, intact }: FileRecord): boolean {
  return role === 'dynamic' || intact === true;
}

function wordOf(passed: boolean): Checks['contents'] {
  return passed ? 'passed' : 'failed';
}

function isSound(manifest: SoundSet['manifest'] | { readonly sound: boolean }): manifest is SoundSet['manifest'] {
  return manifest.sound;
}

function notSealed(label: string, findings: readonly ContentFinding[]): AdcsBackupError {
  return new AdcsBackupError('set-suspect', `the set ${label} was not sealed: ${findings[0]?.message}`, {
    hint: 'Keep the earlier sets. Without --strict the set is sealed as suspect: it may be the best there is.',
  });
}
