import type { Summary } from './figures.ts';
import type { ToolName } from './tool.ts';
import { type QuantityWords, ratio } from './words.ts';

/** A Markdown table, with columns as wide as their widest cell. The first column is text, the others are numbers. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) => {
    return Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0));
  });
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Medians of one quantity, and ratios: a row for each task that has it. */
export function comparison(found: readonly Summary[], others: readonly ToolName[], words: QuantityWords): string {
  const head = ['', `adcs-backup, ${words.unit}`, ...others.map((other) => `${other}, ${words.unit}`)];
  const rows = found.flatMap((summary) => {
    const ours = summary.median('adcs-backup', words.quantity);
    if (ours === undefined) return [];
    const theirs = others.map((other) => shown(summary.median(other, words.quantity), words.show));
    const ratios = others.map((other) => shown(summary.ratio(other, words.quantity), ratio));
    return [[summary.task, words.show(ours), ...theirs, ...ratios]];
  });
  return markdownTable([...head, ...others.map((other) => `ours / ${other}`)], rows);
}

function shown(amount: number | undefined, show: (amount: number) => string): string {
  return amount === undefined ? '–' : show(amount);
}
