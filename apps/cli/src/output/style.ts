import { styleText } from 'node:util';

/** Colours of human output: the rules of NO_COLOR, `--no-color`, FORCE_COLOR, in this order. */

type Tone = 'good' | 'bad' | 'caution' | 'quiet' | 'strong';
export type Style = (tone: Tone, text: string) => string;

const formats = { good: 'green', bad: 'red', caution: 'yellow', quiet: 'dim', strong: 'bold' } as const;

export interface ColorQuestion {
  /** False after `--no-color`. */
  readonly allowed: boolean;
  readonly isTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Colours text, or leaves it alone where nobody would see colours. */
export function styleFor(question: ColorQuestion): Style {
  if (!wantsColor(question)) return (_tone, text) => text;
  return (tone, text) => styleText(formats[tone], text, { validateStream: false });
}

function wantsColor({ allowed, isTerminal, environment }: ColorQuestion): boolean {
  const isSet = (name: string): boolean => (environment[name] ?? '') !== '';
  if (!allowed || isSet('NO_COLOR')) return false;
  if (isSet('FORCE_COLOR')) return environment['FORCE_COLOR'] !== '0';
  return isTerminal && environment['TERM'] !== 'dumb';
}
