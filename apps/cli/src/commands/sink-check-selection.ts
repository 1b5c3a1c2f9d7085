import type { ConformanceCheck, ConformanceGroup } from '@adcs-backup/sink-conformance';

/** Which promises are tried without --all: those that depend on the place, and not on the sink's program alone. */

const groupsOfPlace: ReadonlySet<ConformanceGroup> = new Set<ConformanceGroup>([
  ...(['round trip', 'sizes', 'write-once', 'read after write', 'ranges', 'listing'] as const),
  ...(['keys', 'deleting', 'retention', 'versions', 'settings'] as const),
]);

/** Of those groups, what takes many objects, or never comes to the place. */
export const onlyWithAll: readonly string[] = [
  'listing: lists more than 1,000 objects, each once',
  'keys: refuses what is no key, by every method',
];

/** What a place can't be made to do, and what nobody tells this command. */
export const onlyInTests: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'atomicity: leaves nothing or the whole object when a put fails',
    'errors: says of each failing call what failed, whether it may be made again, and why',
    'secrets: shows no credential in its location',
    'secrets: shows no credential in an error, its stack or its causes',
    'secrets: shows no credential in the error of a failing call',
    'settings: shows no credential in its settings',
  ].map((name) => [name, 'only tests of its program can try it']),
);

export function nameOf({ group, name }: ConformanceCheck): string {
  return `${group}: ${name}`;
}

export function isChosen(check: ConformanceCheck, all: boolean): boolean {
  return all || (groupsOfPlace.has(check.group) && !onlyWithAll.includes(nameOf(check)));
}

/** `atomicity, body, listing (1 of 9)`: the groups of what is not tried. */
export function groupsOf(left: readonly ConformanceCheck[], all: readonly ConformanceCheck[]): string {
  const totals = Map.groupBy(all, ({ group }) => group);
  return [...Map.groupBy(left, ({ group }) => group)]
    .map(([group, members]) => {
      const total = totals.get(group)?.length ?? 0;
      return members.length === total ? group : `${group} (${members.length} of ${total})`;
    })
    .join(', ');
}
