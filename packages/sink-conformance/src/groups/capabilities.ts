import { strict as assert } from 'node:assert';
import type { SinkSupports } from '@adcs-backup/core/sink';
import type { Check } from '../check.ts';

/** What the sink says of itself. */
export const capabilities: readonly Check[] = [
  {
    name: 'says where it is and which version of the contract it keeps',
    run: async ({ sink }) => {
      assert.equal(sink.sinkApi, 1);
      assert.ok(typeof sink.location === 'string' && sink.location !== '', 'location is a text that is not empty');
    },
  },
  {
    name: 'supports what was declared',
    run: async ({ sink, subject }) => {
      assert.deepEqual(written(sink.supports), written(subject.supports));
    },
  },
];

function written(supports: SinkSupports): SinkSupports {
  return { pacing: false, ...supports };
}
