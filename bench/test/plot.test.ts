import { describe, expect, it } from 'vitest';
import { plotOf } from '../src/plot.ts';
import { element, label } from '../src/svg.ts';
import { LIST } from '../src/tasks.ts';
import { runOf } from './run-of.ts';

/** Widths of the bars of a colour, in order. */
function bars(svg: string, colour: string): readonly number[] {
  return [...svg.matchAll(new RegExp(`width="([\\d.]+)" height="14" fill="${colour}"`, 'g'))].map(([, width]) =>
    Number(width),
  );
}

const [restic, borg] = ['#3b6ea8', '#d98227'];

describe('plotOf', () => {
  it('draws a bar for each ratio, as long as the ratio says', () => {
    const svg = plotOf([
      runOf({ wallSeconds: 3, storedBytes: 10 }),
      runOf({ tool: 'restic', wallSeconds: 4, storedBytes: 100 }),
      runOf({ tool: 'borg', wallSeconds: 6, storedBytes: 40 }),
    ]);
    expect(bars(svg, restic)).toEqual([125, 16.7]);
    expect(bars(svg, borg)).toEqual([83.3, 41.7]);
    for (const text of ['>0.75<', '>0.50<', '>0.10<', '>0.25<', '>first full<', '>against borg<'])
      expect(svg).toContain(text);
  });

  it('cuts a bar that would leave its panel, and keeps its number', () => {
    const svg = plotOf([runOf({ wallSeconds: 40 }), runOf({ tool: 'restic', wallSeconds: 4 })]);
    expect(bars(svg, restic)).toEqual([250]);
    expect(svg).toContain('>10.00<');
  });

  it('leaves out what nobody else was measured in, and says so when that is all', () => {
    const alone = plotOf([runOf({ task: LIST })]);
    expect(alone).not.toContain(`>${LIST}<`);
    expect(alone).toContain('No other tool was measured.');
  });

  it('is well-formed: every element is closed', () => {
    const svg = plotOf([runOf({}), runOf({ tool: 'restic' })]);
    const open: string[] = [];
    for (const [, closing, name = '', selfClosing] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
      if (closing === '/') expect(open.pop()).toBe(name);
      else if (selfClosing !== '/') open.push(name);
    }
    expect(open).toEqual([]);
  });
});

describe('an element', () => {
  it('lets no text and no attribute break out', () => {
    expect(label('a < b & "c"', { x: 1 })).toBe('<text x="1">a &lt; b &amp; &quot;c&quot;</text>');
    expect(element('g', { id: '"><script' })).toBe('<g id="&quot;&gt;&lt;script"/>');
  });
});
