import type { SetName, StoredSet, Story } from './story.ts';

/** Every object that a set stores, by what it is. */

export const parts = [
  'manifest',
  "manifest's signature",
  'outcome',
  "outcome's signature",
  'begin',
  "begin's signature",
  'map',
  "map's signature",
  'pack',
] as const;

export type Part = (typeof parts)[number];

export type SignedPart = 'manifest' | 'outcome' | 'begin' | 'map';

export function keyOf({ caId, chain, label }: Pick<StoredSet, 'caId' | 'chain' | 'label'>, part: Part): string {
  const [sets, data] = [`sets/${caId}/${chain}/${label}`, `data/${caId}/${chain}/${label}`];
  const signed = signedPart(part);
  if (signed !== undefined) return `${keyOf({ caId, chain, label }, signed)}.minisig`;
  switch (part) {
    case 'manifest':
      return `${sets}.json`;
    case 'outcome':
      return `${sets}.outcome.json`;
    case 'begin':
      return `${data}/begin.json`;
    default:
      return `${data}/${part}-00001`;
  }
}

/** What a signature is about; undefined for what is none. */
export function signedPart(part: Part): Part | undefined {
  return parts.find((each) => part === `${each}'s signature`);
}

export const setNames: readonly SetName[] = ['first', 'second', 'third', 'other'];

/** An object of the story. */
export function keyIn({ sets }: Pick<Story, 'sets'>, name: SetName, part: Part): string {
  return keyOf(sets[name], part);
}
