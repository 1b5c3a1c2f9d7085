/** The text of a key file, whatever editor or shell wrote it: PowerShell 5 redirects into UTF-16 with a byte order mark. */
export function keyText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** A line of a key file, without white space around it. */
export interface KeyLine {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/** Lines that say something: neither blank nor comments. */
export function keyLines(text: string): readonly KeyLine[] {
  return text
    .split('\n')
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter(({ text: line }) => line !== '' && !line.startsWith('#'));
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}
