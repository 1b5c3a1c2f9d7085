/**
 * One line of `--json`; `docs/json-output.md` describes every type and field. Times are RFC 3339 in UTC,
 * sizes are bytes. Fields are only ever added.
 */
export interface JsonLine {
  /** Noun and verb: `file-stored`. */
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The line with the time it was written, in pure ASCII: PowerShell decodes by code page. */
export function encodeLine(line: JsonLine, time: Date): string {
  const { type, ...fields } = line;
  const json = JSON.stringify({ type, time, ...fields });
  return `${json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
