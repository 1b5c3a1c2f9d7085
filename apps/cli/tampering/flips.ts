import { keyIn, type Part, signedPart } from './keys-of-set.ts';
import type { Expected, Restored } from './looks.ts';
import type { SetName, Story } from './story.ts';

/** What a flipped bit does to encrypted and signed sets. */

interface Flip {
  readonly codes: readonly string[];
  /** What becomes of a restore of the set: what says how it was stored is not needed for it. */
  readonly restored: Restored;
}

const forged = (restored: Restored): Flip => ({ codes: ['signature-invalid'], restored });

const flips: Readonly<Record<Part, Flip>> = {
  manifest: forged('refused'),
  "manifest's signature": forged('refused'),
  outcome: forged('told'),
  "outcome's signature": forged('told'),
  begin: forged('right'),
  "begin's signature": forged('right'),
  map: { codes: ['map-invalid', 'signature-invalid'], restored: 'refused' },
  "map's signature": forged('right'),
  pack: { codes: ['pack-damaged'], restored: 'refused' },
};

/** A signature that is wrong is told as what it is a signature of. */
export function expectedOf(story: Story, name: SetName, part: Part): Flipped {
  const { codes, restored } = flips[part];
  return { named: [keyIn(story, name, signedPart(part) ?? part)], codes, restored };
}

interface Flipped extends Expected {
  readonly restored: Restored;
}
