/** What names one set on the command line. */
export interface SetAddress {
  readonly sink: string;
  /** A label, or `latest`. */
  readonly label: string;
}

/** `text` as an argument that can be pasted into a shell. */
export function pasted(text: string): string {
  return /^[\w:\\/.@=+,%-]+$/.test(text) ? text : `"${text}"`;
}
