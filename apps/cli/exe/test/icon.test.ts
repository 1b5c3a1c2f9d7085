import { expect, it } from 'vitest';
import { iconImages } from '../build/icon.ts';

interface Pixel {
  readonly alpha: number;
  readonly color: string;
}

/** Rows from the bottom, four bytes a pixel, behind a header of 40 bytes. */
function pixel(image: DataView, size: number, [x, y]: readonly [number, number]): Pixel {
  const at = 40 + ((size - 1 - y) * size + x) * 4;
  const [blue, green, red, alpha] = [0, 1, 2, 3].map((channel) => image.getUint8(at + channel));
  return { alpha: alpha ?? 0, color: `${red},${green},${blue}` };
}

it.each(iconImages().map((image) => [image.width, image] as const))(
  'of %i pixels is a whole bitmap',
  (size, { bin }) => {
    const view = new DataView(bin);
    expect([view.getUint32(0, true), view.getInt32(4, true), view.getInt32(8, true)]).toEqual([40, size, size * 2]);
    expect(bin.byteLength).toBe(40 + size * size * 4 + size * Math.ceil(size / 32) * 4);
  },
);

it.each(iconImages().map((image) => [image.width, image] as const))(
  'of %i pixels has a dark drum, a green mark, empty corners',
  (size, { bin }) => {
    const view = new DataView(bin);
    const at = (x: number, y: number) => pixel(view, size, [Math.floor(x * size), Math.floor(y * size)]);
    expect(at(0, 0).alpha).toBe(0);
    expect(at(0.999, 0).alpha).toBe(0);
    expect(at(0.25, 0.6)).toEqual({ alpha: 255, color: '22,64,110' });
    expect(at(0.84, 0.8)).toMatchObject({ alpha: 255, color: '34,160,84' });
  },
);
