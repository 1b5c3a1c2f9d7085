import type { SeenCa } from './freshness.ts';

/** How new a CA's sets are, for people. */
export function freshnessText({ caId, result, label, number }: SeenCa): string {
  switch (result) {
    case 'fresh':
      return `${caId} was not set back: the newest set ever seen of it is number ${number}, ${label}`;
    case 'first-seen':
      return `${caId} is seen for the first time, so nothing says whether newer sets were deleted; the newest is number ${number}, ${label}`;
    case 'nothing-seen':
      return `${caId} has no set that counts: nothing says whether there were any`;
  }
}
