import type { Check } from './check.ts';
import { atomicity } from './groups/atomicity.ts';
import { body } from './groups/body.ts';
import { cancelling } from './groups/cancelling.ts';
import { capabilities } from './groups/capabilities.ts';
import { deleting } from './groups/deleting.ts';
import { disposal } from './groups/disposal.ts';
import { errors } from './groups/errors.ts';
import { keys } from './groups/keys.ts';
import { listing } from './groups/listing.ts';
import { maxBytes } from './groups/max-bytes.ts';
import { pacing } from './groups/pacing.ts';
import { ranges } from './groups/ranges.ts';
import { readAfterWrite } from './groups/read-after-write.ts';
import { retention } from './groups/retention.ts';
import { roundTrip } from './groups/round-trip.ts';
import { secrets } from './groups/secrets.ts';
import { settings } from './groups/settings.ts';
import { sizes } from './groups/sizes.ts';
import { versions } from './groups/versions.ts';
import { writeOnce } from './groups/write-once.ts';

export type ConformanceGroup =
  | 'round trip'
  | 'sizes'
  | 'body'
  | 'write-once'
  | 'atomicity'
  | 'read after write'
  | 'ranges'
  | 'maxBytes'
  | 'listing'
  | 'keys'
  | 'deleting'
  | 'cancelling'
  | 'errors'
  | 'disposal'
  | 'secrets'
  | 'capabilities'
  | 'retention'
  | 'versions'
  | 'pacing'
  | 'settings';

/** The contract, group by group. */
export const groups: readonly (readonly [group: ConformanceGroup, checks: readonly Check[]])[] = [
  ['round trip', roundTrip],
  ['sizes', sizes],
  ['body', body],
  ['write-once', writeOnce],
  ['atomicity', atomicity],
  ['read after write', readAfterWrite],
  ['ranges', ranges],
  ['maxBytes', maxBytes],
  ['listing', listing],
  ['keys', keys],
  ['deleting', deleting],
  ['cancelling', cancelling],
  ['errors', errors],
  ['disposal', disposal],
  ['secrets', secrets],
  ['capabilities', capabilities],
  ['retention', retention],
  ['versions', versions],
  ['pacing', pacing],
  ['settings', settings],
];
