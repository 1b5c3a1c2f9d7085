import type { CheckResult, FileCheckResult, Finding } from '@adcs-backup/ese';
import { count, exactSize, grouped } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import type { CheckedFile } from './ese-check-file.ts';
import { meaningOf } from './ese-check-meaning.ts';

/** One line for a file, and one for each finding. */
export function fileText({ path, checked, sizeBytes }: CheckedFile, style: Style): string[] {
  if (checked.kind === 'not-checked') {
    return [`${printable(path)}: ${style('caution', 'not checked')}; ${checked.reason}`];
  }
  const { result } = checked;
  const word = result.intact ? style('good', 'good') : style('bad', 'DAMAGED');
  return [
    `${printable(path)}: ${word}; ${contentText(checked)}, ${exactSize(sizeBytes)}`,
    ...result.findings.map((finding) => `  ${printable(findingText(finding))}`),
    ...omittedText(result),
  ];
}

function findingText({ offset, severity, message, kind }: Finding): string {
  const label = severity === 'warning' ? 'harmless: ' : '';
  return `byte ${grouped(offset)}: ${label}${message} (${meaningOf(kind)})`;
}

function omittedText({ omittedFindings }: CheckResult): string[] {
  return omittedFindings === 0 ? [] : [`  and ${count(omittedFindings, 'more finding')}`];
}

function contentText(checked: Exclude<FileCheckResult, { readonly kind: 'not-checked' }>): string {
  switch (checked.kind) {
    case 'database': {
      const { facts, pages } = checked.result;
      if (facts === undefined) return 'database';
      const bad = pages.bad === 0 ? '' : `, ${grouped(pages.bad)} bad`;
      const unowned = pages.unowned === 0 ? '' : `, ${grouped(pages.unowned)} behind its end`;
      const used = `${grouped(pages.valid)} good, ${grouped(pages.zero)} never used${bad}${unowned}`;
      return `database, pages of ${facts.pageSize / 1024} KiB: ${used}`;
    }
    case 'log': {
      const { facts, segments } = checked.result;
      if (facts === undefined) return 'log';
      const bad = segments.bad + segments.newer === 0 ? '' : `, ${grouped(segments.bad + segments.newer)} bad`;
      return `log ${facts.generation}: ${count(segments.current, 'segment')} in use${bad}`;
    }
    case 'checkpoint':
      return 'checkpoint file (the engine can make one anew)';
    case 'flush-map':
      return 'flush map (the engine can make one anew)';
  }
}
