import { unzipSync } from 'fflate';
import { afterEach, expect, it } from 'vitest';
import { zipOf } from '../build/archive.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const files = new Map([
  ['one.txt', new TextEncoder().encode('one '.repeat(100))],
  ['two.bin', new Uint8Array(1000)],
]);

it('is the same bytes in every time zone, and has the files in its folder', () => {
  const zips = ['UTC', 'America/St_Johns', 'Pacific/Kiritimati'].map((name) => {
    process.env['TZ'] = name;
    return zipOf('folder', files);
  });
  for (const zip of zips) expect(zip).toEqual(zips[0]);
  const unpacked = Object.entries(unzipSync(zips[0] ?? new Uint8Array()));
  expect(unpacked).toEqual([...files].map(([name, bytes]) => [`folder/${name}`, bytes]));
});
