import { hash } from 'node:crypto';
import {
  type CaLook,
  checkFreshness,
  decodeTrust,
  encodeTrust,
  type SeenSet,
  type TrustState,
} from '@adcs-backup/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** What happens to a CA's sets between two looks. */
type Step = 'set' | 'chain' | 'delete the oldest chain' | 'look';

const step: fc.Arbitrary<Step> = fc.constantFrom('set', 'chain', 'delete the oldest chain', 'look');
const seenAt = new Date('2026-11-21T18:03:16Z');

class SinkOfSets {
  #sets: readonly SeenSet[] = [];
  #count = 0;

  get sets(): readonly SeenSet[] {
    return this.#sets;
  }

  take(step: Step): void {
    if (step === 'set') this.#grow(this.#sets.at(-1)?.chain);
    if (step === 'chain') this.#grow(undefined);
    const [oldest, newest] = [this.#sets[0]?.chain, this.#sets.at(-1)?.chain];
    if (step === 'delete the oldest chain' && oldest !== newest) {
      this.#sets = this.#sets.filter(({ chain }) => chain !== oldest);
    }
  }

  #grow(chain: string | undefined): void {
    this.#count += 1;
    const label = `2026${String(this.#count).padStart(4, '0')}T000000Z`;
    const set = { label: `${label}-full`, chain: chain ?? label, number: this.#count, sha256: hash('sha256', label) };
    this.#sets = [...this.#sets, set];
  }
}

/** As `lookAtCa` would. */
function lookAt(sets: readonly SeenSet[], state: TrustState): CaLook {
  const remembered = state.get('ca');
  const known = sets.filter(({ label }) => label === remembered?.label);
  const chains = new Set(sets.map(({ chain }) => chain));
  return { caId: 'ca', sets: [...sets.slice(-1), ...known], chains, seenAt, publicKeys: ['key'] };
}

interface Lived {
  readonly sink: SinkOfSets;
  readonly state: TrustState;
  /** Sets that were there at some time, the newest last. */
  readonly past: readonly (readonly SeenSet[])[];
}

/** Nothing is said of honest steps. */
function live(steps: readonly Step[]): Lived {
  const sink = new SinkOfSets();
  let state: TrustState = new Map();
  const past: (readonly SeenSet[])[] = [];
  for (const each of steps) {
    sink.take(each);
    past.push(sink.sets);
    if (each !== 'look') continue;
    const found = checkFreshness(state, lookAt(sink.sets, state));
    expect(found.findings).toEqual([]);
    expect(found.state.get('ca')?.number).toBe(sink.sets.at(-1)?.number);
    state = decodeTrust(encodeTrust(found.state), 'trust.json');
    expect(state).toEqual(found.state);
  }
  return { sink, state, past };
}

function expectRollback({ state }: Lived, sets: readonly SeenSet[]): void {
  const found = checkFreshness(state, lookAt(sets, state));
  expect(found.findings.map(({ code }) => code)).toEqual(['rolled-back']);
  expect(found.state).toBe(state);
}

const lives = fc.array(step, { maxLength: 30, size: 'max' }).map((steps) => live([...steps, 'set', 'look']));

describe('whatever sets were taken, and whichever old chains deleted', () => {
  test('nothing is said of it', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => void live(steps)));
  });

  test('an older state of the whole sink is found out', () => {
    fc.assert(
      fc.property(lives, fc.nat(), (life, at) => {
        const newest = life.sink.sets.at(-1);
        const older = life.past.filter((sets) => !sets.some(({ label }) => label === newest?.label));
        fc.pre(older.length > 0);
        expectRollback(life, older[at % older.length] ?? []);
      }),
    );
  });

  test('the newest sets cannot be taken away', () => {
    fc.assert(
      fc.property(lives, fc.nat(), (life, count) => {
        const { sets } = life.sink;
        expectRollback(life, sets.slice(0, -1 - (count % sets.length)));
      }),
    );
  });

  test('the newest set cannot be exchanged, not even for another of its number', () => {
    fc.assert(
      fc.property(lives, fc.boolean(), fc.boolean(), (life, hasLabel, isInChain) => {
        const { sets } = life.sink;
        const [newest] = sets.slice(-1);
        if (newest === undefined) throw new Error('there is no set');
        const label = hasLabel ? newest.label : '99990101T000000Z-full';
        const chain = isInChain ? newest.chain : '99990101T000000Z';
        expectRollback(life, [...sets.slice(0, -1), { ...newest, label, chain, sha256: 'f'.repeat(64) }]);
      }),
    );
  });
});

const set = { label: '20261121T180316Z-full', chain: '20261121T180316Z', number: 7, sha256: 'a'.repeat(64) };
const seen: CaLook = { caId: 'ca', sets: [set], chains: new Set([set.chain]), seenAt, publicKeys: ['key'] };
const { state } = checkFreshness(new Map(), seen);

describe('what was taken away is named', () => {
  const why = (look: Partial<CaLook>): string | undefined => {
    return checkFreshness(state, { ...seen, ...look }).findings[0]?.message;
  };
  const was = 'ca was set back: 20261121T180316Z-full, number 7, was there on 2026-11-21T18:03:16.000Z, but now';

  test.each([
    ['all sets', { sets: [], chains: new Set<string>() }, 'there is none of its sets'],
    [
      'the set alone',
      { sets: [{ ...set, label: 'x', number: 6 }] },
      'it is gone, or does not verify, though its chain is there',
    ],
    ['its manifest', { sets: [{ ...set, sha256: 'b'.repeat(64) }] }, 'its manifest is another one'],
    ['all that verifies', { sets: [], chains: new Set(['other']) }, 'no set verifies'],
    [
      'its chain',
      { sets: [{ ...set, label: 'x', chain: 'other', number: 6 }], chains: new Set(['other']) },
      'the newest is x, number 6',
    ],
    ['its number', { sets: [{ ...set, label: 'x', chain: 'other' }], chains: new Set(['other']) }, 'x has its number'],
  ])('%s', (_what, look, message) => {
    expect(why(look)).toBe(`${was} ${message}`);
  });
});

describe('what is remembered', () => {
  test('of a CA without sets is nothing', () => {
    const found = checkFreshness(new Map(), { ...seen, sets: [], chains: new Set() });
    expect(found).toEqual({ findings: [], state: new Map() });
  });

  test('without signatures counts for nothing once signatures do', () => {
    const { publicKeys: _keys, ...unsigned } = seen;
    const first = checkFreshness(new Map(), { ...unsigned, sets: [{ ...set, number: 40 }] });
    expect(first.state.get('ca')).toEqual({ ...set, number: 40, seenAt });
    expect(decodeTrust(encodeTrust(first.state), 'trust.json')).toEqual(first.state);
    expect(checkFreshness(first.state, seen)).toEqual({ findings: [], state });
  });

  test('of verified sets is not replaced by what nobody verified', () => {
    const { publicKeys: _keys, ...unsigned } = seen;
    const newer = { ...unsigned, sets: [{ ...set, label: 'x', number: 8 }, set] };
    expect(checkFreshness(state, newer)).toEqual({ findings: [], state });
    expect(checkFreshness(state, { ...unsigned, sets: [], chains: new Set() }).findings).toHaveLength(1);
  });

  test('of one CA is kept apart from that of others', () => {
    const other = checkFreshness(state, { ...seen, caId: 'another', sets: [{ ...set, number: 1 }] });
    expect([...other.state.keys()]).toEqual(['ca', 'another']);
    expect(JSON.parse(encodeTrust(other.state))).toEqual({
      format: 1,
      cas: [
        { caId: 'another', ...set, number: 1, seenAt: seenAt.toISOString(), publicKeys: ['key'] },
        { caId: 'ca', ...set, seenAt: seenAt.toISOString(), publicKeys: ['key'] },
      ],
    });
  });

  test.each([
    ['{', 'not readable JSON'],
    ['{"format":2,"cas":[]}', 'trust.json is of format 2'],
    ['{"format":1}', 'cas is not a list'],
    [encodeTrust(state).replace('aaaa', 'AAAA'), 'sha256 is not a SHA-256'],
    [encodeTrust(state).replace(/"number": 7/, '"number": "7"'), 'number is not a whole number'],
  ])('is never taken for nothing when it can not be read: %j', (text, message) => {
    const error = { code: 'invalid-configuration', message: expect.stringContaining(message) };
    expect(() => decodeTrust(text, 'trust.json')).toThrow(expect.objectContaining(error));
  });
});
