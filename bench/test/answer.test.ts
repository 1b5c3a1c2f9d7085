import { describe, expect, it } from 'vitest';
import { answerIn, lineOf, linesOf, listIn } from '../src/answer.ts';

describe('an answer', () => {
  it('gives fields of the asked kind only', () => {
    const answer = answerIn('{"name":"x","count":2,"inner":{"count":3},"list":[{"count":4}]}');
    expect(answer.text('name')).toBe('x');
    expect(answer.number('count')).toBe(2);
    expect(answer.object('inner').number('count')).toBe(3);
    expect(answer.list('list').map((member) => member.number('count'))).toEqual([4]);
    expect(() => answer.number('name')).toThrow('without the number "name"');
    expect(() => answer.text('missing')).toThrow('without the text "missing"');
    expect(() => answer.list('inner')).toThrow('not a list');
    expect(() => answer.object('name')).toThrow('not an object');
    expect(() => listIn('{}')).toThrow('not a list');
  });

  it('is found among lines by its type', () => {
    const stdout = '{"type":"a","n":1}\n{"type":"b","n":2}\n{"type":"a","n":3}\n';
    expect(linesOf(stdout, 'a').map((line) => line.number('n'))).toEqual([1, 3]);
    expect(lineOf(stdout, 'b').number('n')).toBe(2);
    expect(() => lineOf(stdout, 'a')).toThrow('2 lines of type a');
    expect(() => lineOf(stdout, 'c')).toThrow('0 lines of type c');
  });
});
