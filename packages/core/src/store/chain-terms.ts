import type { ChainTerms } from './manifest.ts';

/** The terms alone, of something that has them. */
export function chainTerms({ recipients, lockedUntil }: ChainTerms): ChainTerms {
  return { ...(recipients === undefined ? {} : { recipients }), ...(lockedUntil === undefined ? {} : { lockedUntil }) };
}

/** In what two chains differ, in words; undefined when a set may go on from one in the other. */
export function termsDiffer(one: ChainTerms, other: ChainTerms): string | undefined {
  if (namesOf(one) !== namesOf(other)) return 'other recipients can read it';
  return one.lockedUntil?.getTime() === other.lockedUntil?.getTime() ? undefined : 'it is locked until another date';
}

function namesOf({ recipients }: ChainTerms): string | undefined {
  return recipients && [...new Set(recipients)].sort((a, b) => (a < b ? -1 : 1)).join(' ');
}
