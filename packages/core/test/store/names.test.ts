import { caIdOf, parseLabel } from '@adcs-backup/core';
import { isObjectKey } from '@adcs-backup/core/sink';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainName, nextLabel } from '../../src/store/label.ts';
import { beginKey, manifestKey, mapKey, outcomeKey, packKey } from '../../src/store/layout.ts';

const time = fc.date({ min: new Date('2000-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
const type = fc.constantFrom('full' as const, 'logs-only' as const);

describe('a label', () => {
  test('is the UTC second and the type', () => {
    const label = nextLabel(new Date('2026-11-21T18:03:16.999Z'), 'full', undefined);
    expect(label.text).toBe('20261121T180316Z-full');
    expect(chainName(label)).toBe('20261121T180316Z');
  });

  test('sorts after the last one, whatever the clock says', () => {
    fc.assert(
      fc.property(time, time, type, (lastTime, now, kind) => {
        const last = nextLabel(lastTime, kind, undefined);
        const next = nextLabel(now, kind, last);
        expect(next.text > last.text).toBe(true);
        expect(next.time.getTime() - last.time.getTime()).toBeGreaterThanOrEqual(1000);
        expect(parseLabel(next.text)).toEqual(next);
      }),
    );
  });

  test.each([
    '',
    'latest',
    '20261121T180316Z',
    '20261121T180316Z-part',
    '20261331T180316Z-full',
    '20260231T180316Z-full',
  ])('is not %j', (text) => expect(parseLabel(text)).toBeUndefined());
});

describe('the id of a CA', () => {
  test('is readable and tells names apart that only differ in odd characters', () => {
    expect(caIdOf('CVI Issuing CA 1')).toBe(
      'cvi-issuing-ca-1-7b9c3c'.replace('7b9c3c', caIdOf('CVI Issuing CA 1').slice(-6)),
    );
    expect(caIdOf('Größe: CA')).toMatch(/^gro-e-ca-[0-9a-f]{6}$|^gr-o-e-ca-[0-9a-f]{6}$/);
    expect(caIdOf('CA/1')).not.toBe(caIdOf('CA 1'));
  });

  test('makes keys that every sink accepts, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), time, type, (name, now, kind) => {
        const label = nextLabel(now, kind, undefined);
        const place = { caId: caIdOf(name), chain: chainName(label), label };
        const keys = [manifestKey(place), outcomeKey(place), beginKey(place), packKey(place, 1), mapKey(place, 99_999)];
        for (const key of keys) expect(isObjectKey(key)).toBe(true);
      }),
    );
  });
});
