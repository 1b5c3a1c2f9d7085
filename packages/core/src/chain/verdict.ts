import type { Manifest } from '../store/manifest.ts';
import type { StoredSet } from '../store/set-reader.ts';
import type { Composition } from './compose.ts';
import type { ComposedSet } from './read-chain.ts';

/** What can be made of a set, by what manifests say. */
export interface Verdict {
  /** `complete`: to its own end. `partly`: the database is whole again, but not to the end of this set. */
  readonly restorable: 'complete' | 'partly' | 'no';
  /** Label of the full set that a restore begins with; undefined when it is not there. */
  readonly base: string | undefined;
  /** Generations that the database can't do without. */
  readonly needed: { readonly lowest: number; readonly highest: number } | undefined;
  /** Generations that there are, without a gap, each fitting the one before. */
  readonly logs: { readonly lowest: number; readonly highest: number } | undefined;
  /** When the last of those logs was created: what was issued before is in the restore. */
  readonly reachesAt: Date | undefined;
  /** Why, as sentences for people, without a full stop. */
  readonly reasons: readonly string[];
}

/** Says whether a set can be restored, and why. */
export function verdictOf({ set, composition }: ComposedSet): Verdict {
  const { base, logs, needed, isComplete, isRestorable } = composition;
  const [first, last] = [logs[0], logs.at(-1)];
  return {
    restorable: isComplete ? 'complete' : isRestorable ? 'partly' : 'no',
    base: base?.label,
    needed,
    logs:
      first === undefined || last === undefined ? undefined : { lowest: first.generation, highest: last.generation },
    reachesAt: last?.facts.created?.at,
    reasons: [...reasons(set.manifest, composition), ...engineReasons(set)],
  };
}

function* reasons(manifest: Manifest, composition: Composition<Manifest>): Generator<string> {
  const { base, logs, needed, findings } = composition;
  if (base !== undefined && manifest.type === 'logs-only') yield `it builds on the full set ${base.label}`;
  for (const { name, intact, database } of base?.files.filter(({ role }) => role === 'database') ?? []) {
    const word = intact === true ? 'every page of it is good' : 'it has damage';
    const range = database === undefined ? 'its header is unreadable' : neededText(needed);
    yield `${name}: ${word}; ${range}`;
  }
  const [first, last] = [logs[0], logs.at(-1)];
  if (first !== undefined && last !== undefined) {
    yield `${rangeText(first.generation, last.generation)} of the same log stream, good, each fitting the one before`;
  }
  for (const { code, message } of findings) if (code !== 'database-damaged') yield message;
  for (const { message } of manifest.findings)
    if (!findings.some((finding) => finding.message === message)) yield message;
}

function neededText(needed: Composition['needed']): string {
  if (needed === undefined) return 'its header names no logs that it needs';
  const { lowest, highest } = needed;
  return lowest === highest ? `it needs log ${lowest}` : `it needs logs ${lowest} to ${highest}`;
}

function rangeText(lowest: number, highest: number): string {
  return lowest === highest ? `log ${lowest} is there,` : `logs ${lowest} to ${highest} are there,`;
}

/** What the engine remembers of it, which decides over the next sets. */
function* engineReasons({ manifest, outcome, outcomeFault }: StoredSet): Generator<string> {
  if (outcomeFault !== undefined) yield `how its session ended can't be read: ${outcomeFault.message}`;
  else if (outcome === undefined) yield 'how its session ended is not recorded';
  else if (outcome.warnings.some(({ code }) => code === 'end-failed'))
    yield 'its session did not end well: the CA may not count it';
  else if (manifest.type === 'full' && manifest.sound && outcome.truncation === undefined) {
    yield 'for the CA it is a copy: logs-only sets need a full one that truncates';
  }
}
