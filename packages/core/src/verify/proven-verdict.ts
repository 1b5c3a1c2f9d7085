import type { ComposedSet } from '../chain/read-chain.ts';
import { type Verdict, verdictOf } from '../chain/verdict.ts';
import type { Manifest } from '../store/manifest.ts';
import { type Finding, isLost } from './finding.ts';
import type { SetFindings } from './set-findings.ts';

/** What was found of a set, and of those that its restore needs besides. */
export interface Proof {
  readonly findings: SetFindings;
  readonly besides: readonly { readonly label: string; readonly findings: readonly Finding[] }[];
}

/** What the manifests promise, as far as the objects keep it. */
export function provenVerdict(composed: ComposedSet, { findings, besides }: Proof): Verdict {
  const verdict = verdictOf(composed);
  const own = { label: composed.set.manifest.label, findings: findings.all };
  const damaged = [...besides, own].filter((each) => isLost(each.findings));
  const older = new Set([
    ...findings.olderVersions.all.map(({ key }) => key),
    ...besides.flatMap((each) => each.findings.flatMap(({ key, olderVersion }) => (olderVersion ? key : []))),
  ]);
  const reasons = [
    ...damaged.map(({ label }) => `what ${label} has stored is missing or damaged, see its findings`),
    ...(older.size === 0 ? [] : [olderText(older.size)]),
    ...verdict.reasons,
  ];
  return { ...verdict, restorable: damaged.length === 0 ? verdict.restorable : 'no', reasons };
}

function olderText(count: number): string {
  const what = count === 1 ? 'an object was' : `${count} objects were`;
  return `${what} replaced or deleted in the sink: a restore reads what was there before`;
}

/** The other sets that a restore reads, oldest first. */
export function neededBesides({ set, composition }: ComposedSet): readonly Manifest[] {
  const { base, logs } = composition;
  const needed = new Set([...(base === undefined ? [] : [base]), ...logs.map((log) => log.set)]);
  needed.delete(set.manifest);
  return [...needed].sort((one, other) => (one.label < other.label ? -1 : 1));
}
