import type { Output } from '../src/output/output.ts';

/** What is told, without a terminal: `kind: text`, one for each. */
export interface Told {
  readonly output: Pick<Output, 'line' | 'text' | 'note' | 'detail' | 'progress' | 'style' | 'warning'>;
  readonly texts: string[];
}

export function newTold(): Told {
  const texts: string[] = [];
  const tell = (kind: string, text: string): void => void texts.push(`${kind}: ${text}`);
  const output: Told['output'] = {
    line: ({ type }) => tell('line', type),
    text: (lines) => tell('text', lines.join('\n')),
    note: (text) => tell('note', text),
    detail: () => undefined,
    progress: () => undefined,
    style: (_tone, text) => text,
    warning: ({ code, message }) => tell('warning', `${code}: ${message}`),
  };
  return { output, texts };
}
