import { hash } from 'node:crypto';
import { type ObjectKey, objectKey } from '../sink/keys.ts';
import type { Label } from './label.ts';

/** Where a set lies: which CA, which chain, which label. All keys of format 1 are made from it. */
export interface SetPlace {
  readonly caId: string;
  readonly chain: string;
  readonly label: Label;
}

/** What a manifest's key is made from. */
export type ManifestPlace = Omit<SetPlace, 'label'> & { readonly label: Pick<Label, 'text'> };

export const SETS_PREFIX: string = 'sets/';

/**
 * A CA's folder name: slug of its name and 6 hex digits of the name's SHA-256, so that names which
 * differ only in letters that no key can hold stay apart.
 */
export function caIdOf(caName: string): string {
  const slug = caName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  const tail = hash('sha256', caName, 'hex').slice(0, 6);
  return slug === '' ? tail : `${slug}-${tail}`;
}

export function manifestKey(place: ManifestPlace): ObjectKey {
  return objectKey(`${SETS_PREFIX}${place.caId}/${place.chain}/${place.label.text}.json`);
}

export function outcomeKey(place: ManifestPlace): ObjectKey {
  return objectKey(`${SETS_PREFIX}${place.caId}/${place.chain}/${place.label.text}.outcome.json`);
}

/** Where the signature of an object lies. */
export function signatureKey(key: ObjectKey): ObjectKey {
  return objectKey(`${key}.minisig`);
}

/** Begins with this: the manifest, its signature, the outcome. */
export function setPrefix(place: ManifestPlace): string {
  return `${SETS_PREFIX}${place.caId}/${place.chain}/${place.label.text}.`;
}

/** Begins with this: the manifests and outcomes of a chain. */
export function chainSetsPrefix(place: Pick<SetPlace, 'caId' | 'chain'>): string {
  return `${SETS_PREFIX}${place.caId}/${place.chain}/`;
}

/** Begins with this: everything that a chain stores besides its manifests. */
export function chainDataPrefix(place: Pick<SetPlace, 'caId' | 'chain'>): string {
  return `data/${place.caId}/${place.chain}/`;
}

/** The chain that an object of a set belongs to; undefined for a key of another form. */
export function chainOfKey(key: ObjectKey): string | undefined {
  return /^(?:sets|data)\/[^/]+\/([^/]+)\/./.exec(key)?.[1];
}

export function beginKey(place: SetPlace): ObjectKey {
  return dataKey(place, 'begin.json');
}

/** `number` counts from 1 within the set. */
export function packKey(place: SetPlace, number: number): ObjectKey {
  return dataKey(place, `pack-${fiveDigits(number)}`);
}

/** `number` counts from 1 within the set. */
export function mapKey(place: SetPlace, number: number): ObjectKey {
  return dataKey(place, `map-${fiveDigits(number)}`);
}

export function isMapKey(key: string): boolean {
  return /\/map-\d+$/.test(key);
}

function dataKey(place: SetPlace, name: string): ObjectKey {
  return objectKey(`${chainDataPrefix(place)}${place.label.text}/${name}`);
}

function fiveDigits(number: number): string {
  return String(number).padStart(5, '0');
}
