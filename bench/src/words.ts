import type { Quantity } from './figures.ts';

/** How amounts of each quantity are shown. */
export const quantities: readonly QuantityWords[] = [
  { quantity: 'wallSeconds', title: 'Wall time', unit: 's', show: seconds },
  { quantity: 'storedBytes', title: 'Stored bytes', unit: 'MiB', show: mebibytes },
  { quantity: 'cpuSeconds', title: 'CPU time, all cores', unit: 's', show: seconds },
  { quantity: 'peakBytes', title: 'Resident memory at its highest', unit: 'MiB', show: mebibytes },
];

export interface QuantityWords {
  readonly quantity: Quantity;
  readonly title: string;
  readonly unit: string;
  readonly show: (amount: number) => string;
}

/** `0.063`, `1.24`, `12.4`: three digits that mean something. */
export function seconds(amount: number): string {
  if (amount < 1) return amount.toFixed(3);
  return amount.toFixed(amount < 10 ? 2 : 1);
}

function mebibytes(bytes: number): string {
  const amount = bytes / 2 ** 20;
  return amount.toFixed(amount < 10 ? 2 : 0);
}

export function ratio(amount: number): string {
  return amount.toFixed(amount < 0.1 ? 3 : 2);
}
