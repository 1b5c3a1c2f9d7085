import { stripVTControlCharacters } from 'node:util';

/** Aligned columns, two spaces apart. */

export interface Column {
  readonly title: string;
  /** Default left. */
  readonly align?: 'left' | 'right';
}

/** One line for the titles and one for each row; no trailing spaces. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  return aligned([columns.map((column) => column.title), ...rows], columns);
}

/** `name  value` pairs with the values in one column, each line indented by `indent`. */
export function pairs(rows: readonly (readonly [string, string])[], indent: string = '  '): string[] {
  return aligned(rows, []).map((line) => `${indent}${line}`);
}

function aligned(rows: readonly (readonly string[])[], columns: readonly Column[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, index) => {
        const gap = ' '.repeat((widths[index] ?? 0) - width(cell));
        return columns[index]?.align === 'right' ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd(),
  );
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
