import { listSets, type Manifest } from '@adcs-backup/core';
import { type Fault, FaultySink } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plant, SignedLine } from '../signed-line.ts';
import { testSigner } from '../signers.ts';

/** Whatever somebody without the key adds to a sink, a host that trusts its own key takes its backups as if alone. */

type Step =
  | { readonly do: 'full' | 'auto' | 'interrupted' }
  | {
      readonly do: 'plant';
      readonly nth: number;
      readonly minutes: number;
      readonly isInChain: boolean;
      readonly isSigned: boolean;
    }
  | { readonly do: 'stranger'; readonly newChain: boolean; readonly isSealed: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('full', 'auto', 'interrupted') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('plant'),
      nth: fc.nat(),
      minutes: fc.integer({ min: -600, max: 600 }),
      isInChain: fc.boolean(),
      isSigned: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stranger'), newChain: fc.boolean(), isSealed: fc.boolean() }) },
);

const unsealed: Fault = { method: 'put', key: /^sets/ };

class Life {
  readonly signed: SignedLine = new SignedLine();
  readonly own: Manifest[] = [];
  readonly #stranger = testSigner();

  async live(step: Step): Promise<void> {
    if (step.do === 'full' || step.do === 'auto') this.own.push(await this.signed.sealed(step.do));
    else if (step.do === 'interrupted') await this.#interrupt();
    else if (step.do === 'plant') await this.#plant(step);
    else if ('newChain' in step) await this.#strange(step.newChain, step.isSealed);
  }

  async #interrupt(): Promise<void> {
    this.signed.line.ca.issue();
    const sinks = [new FaultySink(this.signed.sink, [unsealed])] as const;
    await this.signed.line.run('full', { ...this.signed.keys, sinks });
  }

  async #plant({ nth, minutes, isInChain, isSigned }: Extract<Step, { readonly do: 'plant' }>): Promise<void> {
    const { sink, line } = this.signed;
    const all = await listSets(sink);
    const [newest, from] = [this.own.at(-1), all[nth % Math.max(1, all.length)]];
    if (newest === undefined || from === undefined) return;
    const time = new Date(line.clock.time.getTime() + minutes * 60_000 + 30_000);
    const label = `${time.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z-${from.label.type}`;
    plant(sink, from.label.text, isInChain ? { label, chain: newest.chain } : { label });
    if (isSigned) return;
    for (const key of [...sink.objects.keys()].filter((each) => each.includes(label) && each.endsWith('.minisig')))
      sink.remove(key);
  }

  async #strange(newChain: boolean, isSealed: boolean): Promise<void> {
    const sinks = [isSealed ? this.signed.sink : new FaultySink(this.signed.sink, [unsealed])] as const;
    await this.signed.line.run('full', { ...this.#stranger, newChain, sinks });
  }
}

test('sets count on, link to one another, stay in their chain, and restore', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9, size: 'max' }), async (steps) => {
      const life = new Life();
      for (const each of [{ do: 'full' } as const, ...steps, { do: 'auto' } as const]) await life.live(each);
      const [first] = life.own;
      for (const [index, manifest] of life.own.entries()) {
        expect(manifest).toMatchObject({ number: index + 1, sound: true, chain: first?.chain });
        expect(manifest.previous?.label).toBe(life.own[index - 1]?.label);
        await life.signed.expectRestores(manifest.label);
      }
    }),
    { numRuns: 15 },
  );
}, 240_000);
