import {
  checkLogBelongs,
  checkLogChain,
  type DatabaseFacts,
  type LogFacts,
  logGeneration,
  neededLogs,
} from '@adcs-backup/ese';
import type { ContentFinding, FileRecord, Manifest } from '../store/manifest.ts';

/** What is asked of a set: also one that is about to be sealed can be composed. */
export type ComposableSet = Pick<Manifest, 'label' | 'type' | 'files'>;

/** A log, and the set that holds this copy of it. */
export interface ComposedLog<S extends ComposableSet = ComposableSet> {
  readonly generation: number;
  readonly set: S;
  readonly file: FileRecord;
  readonly facts: LogFacts;
}

/** What a restore of a set consists of: its full set, and one good copy of each log from there on. */
export interface Composition<S extends ComposableSet = ComposableSet> {
  /** Undefined when the chain has no full set at or before this one. */
  readonly base: S | undefined;
  /** Ascending, without a gap, each fitting the one before: up to the first that is missing or bad. */
  readonly logs: readonly ComposedLog<S>[];
  /** Generations that the databases can't be recovered without; undefined when their headers don't tell. */
  readonly needed: { readonly lowest: number; readonly highest: number } | undefined;
  /** Every database is good, and every log is there that it can't do without. */
  readonly isRestorable: boolean;
  /** Besides, the logs reach to the end of this set. */
  readonly isComplete: boolean;
  /** Why it isn't, otherwise empty. */
  readonly findings: readonly ContentFinding[];
}

/**
 * Puts together what a restore of `target` consists of.
 * @param earlier sets of the same chain before it, oldest first, from its full set on at least; those before that full
 *   are used where it has no good copy of a log
 */
export function compose<S extends ComposableSet>(target: S, earlier: readonly S[]): Composition<S> {
  const sets = [...earlier, target];
  const baseIndex = sets.findLastIndex(({ type }) => type === 'full');
  const base = sets[baseIndex];
  if (base === undefined) {
    const message = `the full set that ${target.label} builds on is not there`;
    const findings = [{ code: 'full-set-missing', message }];
    return { base, logs: [], needed: undefined, isRestorable: false, isComplete: false, findings };
  }
  const databases = base.files.filter(({ role }) => role === 'database');
  const facts = databases.flatMap(({ database }) => database ?? []);
  const needed = neededOf(facts);
  const findings = databases.filter(({ intact }) => intact !== true).map((file) => damagedDatabase(base, file));
  const copies = copiesOf([...sets.slice(baseIndex), ...sets.slice(0, baseIndex)]);
  const own = target.files.flatMap((file) => generationOf(file) ?? []);
  const first = needed?.lowest ?? Math.min(...base.files.flatMap((file) => generationOf(file) ?? []));
  // Without those between needed and committed a restore would work, and lose what was committed last.
  const committed = facts.flatMap((database) => neededLogs(database)?.highestCommitted ?? []);
  const last = Math.max(...committed, ...own, 0);
  const { logs, fault } = follow({ first, last, copies, databases: facts });
  const reached = logs.at(-1)?.generation ?? 0;
  if (fault !== undefined) findings.push(fault);
  const isRestorable =
    databases.length > 0 && databases.every(({ intact }) => intact === true) && reached >= (needed?.highest ?? 0);
  return { base, logs, needed, isRestorable, isComplete: isRestorable && fault === undefined, findings };
}

/** By its name: what a damaged log says of itself can't be relied on. */
export function generationOf({ role, name }: Pick<FileRecord, 'role' | 'name'>): number | undefined {
  return role === 'log' ? logGeneration(name) : undefined;
}

function neededOf(databases: readonly DatabaseFacts[]): Composition['needed'] {
  const all = databases.flatMap((database) => neededLogs(database) ?? []);
  if (all.length === 0) return undefined;
  return {
    lowest: Math.min(...all.map(({ lowest }) => lowest)),
    highest: Math.max(...all.map(({ highest }) => highest)),
  };
}

interface Copy<S extends ComposableSet> {
  readonly set: S;
  readonly file: FileRecord;
}

/** All copies of each generation, those of the first set first. */
function copiesOf<S extends ComposableSet>(sets: readonly S[]): Map<number | undefined, Copy<S>[]> {
  return Map.groupBy(
    sets.flatMap((set) => set.files.map((file) => ({ set, file }))),
    ({ file }) => generationOf(file),
  );
}

interface Search<S extends ComposableSet> {
  readonly first: number;
  readonly last: number;
  readonly copies: ReadonlyMap<number | undefined, readonly Copy<S>[]>;
  readonly databases: readonly DatabaseFacts[];
}

/** One good copy after another, each fitting the one before. */
function follow<S extends ComposableSet>({
  first,
  last,
  copies,
  databases,
}: Search<S>): {
  readonly logs: readonly ComposedLog<S>[];
  readonly fault: ContentFinding | undefined;
} {
  const logs: ComposedLog<S>[] = [];
  for (let generation = first; generation <= last; generation += 1) {
    const candidates = copies.get(generation) ?? [];
    const faults: ContentFinding[] = [];
    const chosen = candidates.find((copy) => {
      const fault = faultOf(copy, logs.at(-1), databases);
      if (fault !== undefined) faults.push(fault);
      return fault === undefined;
    });
    const facts = chosen?.file.log;
    if (chosen === undefined || facts === undefined) return { logs, fault: faults[0] ?? missing(generation, copies) };
    logs.push({ generation, ...chosen, facts });
  }
  return { logs, fault: undefined };
}

function faultOf<S extends ComposableSet>(
  { set, file }: Copy<S>,
  previous: ComposedLog<S> | undefined,
  databases: readonly DatabaseFacts[],
): ContentFinding | undefined {
  const { log, intact, name } = file;
  if (log === undefined || intact !== true) {
    return { code: 'log-damaged', file: name, message: `${name} of ${set.label} is damaged` };
  }
  const [fault] = [
    ...checkLogChain(previous === undefined ? [log] : [previous.facts, log]),
    ...databases.flatMap((database) => checkLogBelongs(log, database)),
  ];
  return fault === undefined
    ? undefined
    : { code: fault.kind, file: name, message: `${fault.message} (${name} of ${set.label})` };
}

/** Names all that are missing up to the next one that is there. */
function missing(generation: number, copies: ReadonlyMap<number | undefined, unknown>): ContentFinding {
  const next = Math.min(
    ...[...copies.keys()].flatMap((other) => (other !== undefined && other > generation ? other : [])),
  );
  const through = Number.isFinite(next) ? next - 1 : generation;
  const what = through === generation ? `log ${generation} is` : `logs ${generation} to ${through} are`;
  return { code: 'log-missing', message: `${what} missing from the chain` };
}

function damagedDatabase(base: ComposableSet, { name }: FileRecord): ContentFinding {
  return { code: 'database-damaged', file: name, message: `${name} of ${base.label} is damaged` };
}
