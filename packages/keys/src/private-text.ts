/** Text that only its owner should see, however it came here. */

/** age keys, keys of age plugins, PEM, and how minisign secret keys begin, without a password and with one. */
const privateForms = /AGE-(?:SECRET-KEY|PLUGIN)-[A-Z0-9-]{20}|-----BEGIN [A-Z ]*PRIVATE KEY|RW(?:QAAEIy|RTY0Iy)/i;

/** Whether a text holds a private key, in any spelling. */
export function isPrivate(text: string): boolean {
  return privateForms.test(text);
}

/** What may be said of a recipient: age1… as it is, shortened; nothing of what could be anything else. */
export function publicPart(text: string): string | undefined {
  if (!/^age1[0-9a-z]+$/.test(text)) return undefined;
  return text.length <= 70 ? text : `${text.slice(0, 24)}…`;
}
