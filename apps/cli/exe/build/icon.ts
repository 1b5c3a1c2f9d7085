import { Data } from 'resedit';

/** The icon, drawn: a database that has been checked. */

type Color = readonly [red: number, green: number, blue: number];

const sizes = [16, 24, 32, 48, 64, 256];
/** Each pixel is the mean of so many points a side. */
const pointsASide = 4;

const [dark, light, green]: readonly Color[] = [
  [22, 64, 110],
  [240, 245, 250],
  [34, 160, 84],
];

/** One image for each size, as device-independent bitmaps: no compression that machines could differ in. */
export function iconImages(): readonly Data.RawIconItem[] {
  return sizes.map((size) => new Data.RawIconItem(bufferOf(bitmap(size)), size, size, 32));
}

/** BITMAPINFOHEADER of 40 bytes, rows from the bottom in BGRA, then an empty mask of one bit a pixel. */
function bitmap(size: number): Uint8Array {
  const maskRowBytes = Math.ceil(size / 32) * 4;
  const bytes = Buffer.alloc(40 + size * size * 4 + size * maskRowBytes);
  bytes.writeUInt32LE(40, 0);
  bytes.writeInt32LE(size, 4);
  // The mask counts as a second picture above the first.
  bytes.writeInt32LE(size * 2, 8);
  bytes.writeUInt16LE(1, 12);
  bytes.writeUInt16LE(32, 14);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      bytes.set(pixel(column, size - 1 - row, size), 40 + (row * size + column) * 4);
    }
  }
  return bytes;
}

/** @returns blue, green, red, alpha */
function pixel(column: number, row: number, size: number): readonly number[] {
  const sum = [0, 0, 0];
  let hits = 0;
  for (let point = 0; point < pointsASide ** 2; point += 1) {
    const x = (column + ((point % pointsASide) + 0.5) / pointsASide) / size;
    const y = (row + (Math.floor(point / pointsASide) + 0.5) / pointsASide) / size;
    const color = colorAt(x, y);
    if (color === undefined) continue;
    hits += 1;
    for (const channel of [0, 1, 2]) sum[channel] = (sum[channel] ?? 0) + (color[channel] ?? 0);
  }
  const mean = sum.map((value) => (hits === 0 ? 0 : Math.round(value / hits)));
  return [...mean.reverse(), Math.round((hits / pointsASide ** 2) * 255)];
}

/** Of a square whose sides are 1, from its upper left corner; undefined where nothing is. */
function colorAt(x: number, y: number): Color | undefined {
  if (Math.hypot(x - 0.7, y - 0.7) < 0.27) return isTick(x, y) ? light : green;
  if (Math.hypot(x - 0.7, y - 0.7) < 0.31) return undefined;
  if (!isCylinder(x, y)) return undefined;
  return isRing(x, y) ? light : dark;
}

const [left, right, top, bottom, bulge] = [0.08, 0.8, 0.17, 0.8, 0.13];

function isCylinder(x: number, y: number): boolean {
  const bend = bulge * Math.sqrt(Math.max(0, 1 - ((x - (left + right) / 2) / ((right - left) / 2)) ** 2));
  return x > left && x < right && y > top - bend && y < bottom + bend;
}

/** The edges between the discs that a database is drawn with. */
function isRing(x: number, y: number): boolean {
  const bend = bulge * Math.sqrt(Math.max(0, 1 - ((x - (left + right) / 2) / ((right - left) / 2)) ** 2));
  return [0, 0.21, 0.42].some((below) => Math.abs(y - (top + below + bend)) < 0.025);
}

/** A short stroke down, a long one up. */
function isTick(x: number, y: number): boolean {
  return isNear(x, y, [0.57, 0.71, 0.66, 0.8]) || isNear(x, y, [0.66, 0.8, 0.83, 0.6]);
}

function isNear(x: number, y: number, [x1, y1, x2, y2]: readonly [number, number, number, number]): boolean {
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const along = Math.min(1, Math.max(0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length));
  return Math.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1)) < 0.045;
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}
