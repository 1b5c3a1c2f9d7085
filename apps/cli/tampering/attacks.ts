import { keyIn, type Part, type SignedPart } from './keys-of-set.ts';
import type { Restored } from './looks.ts';
import type { SetName, Story } from './story.ts';
import type { TamperedStore } from './tampered-store.ts';

/** What can be done to stored objects without any key. */

type Place = readonly [SetName, Part];

/** Who finds it out. */
interface Outcome {
  /** What verify finds. */
  readonly codes: readonly string[];
  /** What becomes of restores. */
  readonly restored: Partial<Readonly<Record<SetName, Restored>>>;
}

export interface Attack extends Outcome {
  readonly title: string;
  readonly harm: (store: TamperedStore, story: Story) => Promise<void>;
  /** What verify names. */
  readonly named: readonly Place[];
}

function exchange(title: string, pairs: readonly (readonly [Place, Place])[], outcome: Outcome): Attack {
  return {
    title,
    harm: async (store, story) => {
      for (const [one, other] of pairs) await store.exchange(keyIn(story, ...one), keyIn(story, ...other));
    },
    named: pairs.flat().filter(([, part]) => !part.endsWith('signature')),
    ...outcome,
  };
}

/** Two objects and their signatures. */
function withSignature(part: SignedPart, one: SetName, other: SetName): (readonly [Place, Place])[] {
  const signature = `${part}'s signature` as const;
  return [
    [
      [one, part],
      [other, part],
    ],
    [
      [one, signature],
      [other, signature],
    ],
  ];
}

function remove(title: string, [name, part]: Place, outcome: Outcome & Partial<Pick<Attack, 'named'>>): Attack {
  const harm: Attack['harm'] = async (store, story) => await store.remove(keyIn(story, name, part));
  return { title, harm, named: [[name, part]], ...outcome };
}

const forged = ['signature-invalid'];

const exchanges: readonly Attack[] = [
  exchange(
    'two packs of a CA change places',
    [
      [
        ['first', 'pack'],
        ['second', 'pack'],
      ],
    ],
    {
      codes: ['object-size'],
      restored: { first: 'refused', second: 'refused', third: 'refused' },
    },
  ),
  {
    title: 'a pack gets the bytes of another, as many as it had',
    harm: async (store, story) => {
      const other = await store.get(keyIn(story, 'first', 'pack'));
      await store.change(keyIn(story, 'third', 'pack'), ({ length }) =>
        Buffer.concat([other, other]).subarray(0, length),
      );
    },
    named: [['third', 'pack']],
    codes: ['pack-damaged'],
    restored: { first: 'right', second: 'right', third: 'refused' },
  },
  exchange(
    'packs of two CAs change places',
    [
      [
        ['first', 'pack'],
        ['other', 'pack'],
      ],
    ],
    {
      codes: ['object-size'],
      restored: { first: 'refused', other: 'refused' },
    },
  ),
  exchange('maps of two CAs change places, with their signatures', withSignature('map', 'first', 'other'), {
    codes: ['object-size', 'map-invalid'],
    restored: { first: 'refused', second: 'right', other: 'refused' },
  }),
  exchange('maps of two sets change places, with their signatures', withSignature('map', 'first', 'second'), {
    codes: ['object-size', 'map-invalid'],
    restored: { first: 'refused', second: 'refused', third: 'refused' },
  }),
  exchange('manifests of two CAs change places, with their signatures', withSignature('manifest', 'first', 'other'), {
    codes: forged,
    restored: { first: 'refused', other: 'refused' },
  }),
  exchange('manifests of two sets change places, with their signatures', withSignature('manifest', 'first', 'second'), {
    codes: [...forged, 'chain-broken'],
    restored: { first: 'refused', second: 'refused' },
  }),
  exchange('outcomes of two sets change places, with their signatures', withSignature('outcome', 'first', 'second'), {
    codes: forged,
    restored: { first: 'told', second: 'told' },
  }),
  exchange('begins of two CAs change places, with their signatures', withSignature('begin', 'first', 'other'), {
    codes: forged,
    restored: { first: 'right', other: 'right' },
  }),
  {
    title: 'a manifest gets the signature of another',
    harm: async (store, story) => {
      const signature = await store.get(keyIn(story, 'second', "manifest's signature"));
      await store.put(keyIn(story, 'third', "manifest's signature"), signature);
    },
    named: [['third', 'manifest']],
    codes: forged,
    restored: { third: 'refused' },
  },
];

const deletions: readonly Attack[] = [
  remove('a pack is deleted', ['first', 'pack'], {
    codes: ['object-missing'],
    restored: { first: 'refused', second: 'refused', third: 'refused', other: 'right' },
  }),
  remove('a map is deleted', ['second', 'map'], {
    codes: ['object-missing', 'map-invalid'],
    restored: { first: 'right', second: 'refused', third: 'refused' },
  }),
  remove('the signature of a map is deleted', ['second', "map's signature"], {
    named: [['second', 'map']],
    codes: forged,
    restored: { second: 'right', third: 'right' },
  }),
  remove('the manifest of the first set is deleted', ['first', 'manifest'], {
    codes: ['history-broken'],
    restored: { second: 'right', third: 'right' },
  }),
  remove('a manifest inside a chain is deleted', ['second', 'manifest'], {
    codes: ['history-broken'],
    restored: { first: 'right' },
  }),
  remove('the signature of a manifest is deleted', ['second', "manifest's signature"], {
    named: [['second', 'manifest']],
    codes: forged,
    restored: { first: 'right', second: 'refused' },
  }),
  remove('the signature of an outcome is deleted', ['second', "outcome's signature"], {
    named: [['second', 'outcome']],
    codes: forged,
    restored: { second: 'told' },
  }),
  remove('a begin is deleted', ['second', 'begin'], {
    codes: ['begin-invalid'],
    restored: { second: 'right' },
  }),
];

export const attacks: readonly Attack[] = [...exchanges, ...deletions];
