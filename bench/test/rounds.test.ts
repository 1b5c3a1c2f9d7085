import { describe, expect, it } from 'vitest';
import { inTurn } from '../src/rounds.ts';

describe('inTurn', () => {
  it('lets each be first equally often, and all take part in every round', () => {
    const orders = [1, 2, 3, 4].map((round) => inTurn(['a', 'b', 'c'], round).join(''));
    expect(orders).toEqual(['abc', 'bca', 'cab', 'abc']);
    expect(inTurn([], 1)).toEqual([]);
  });
});
