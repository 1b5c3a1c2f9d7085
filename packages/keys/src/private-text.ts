/** Text that only its owner should see, however it came here. */

/** Whether something holds a private key, or a good part of one, in any spelling. */
export function isPrivate(text: string): boolean {
  return (
    /AGE-(?:SECRET-KEY|PLUGIN)-[A-Z0-9-]{20}|-----BEGIN [A-Z ]*PRIVATE KEY/i.test(text) ||
    /^\s*RW[A-Za-z0-9+/=]{100,}\s*$/.test(text)
  );
}

/** What may be said of a recipient: age1… as it is, shortened; nothing of what could be anything else. */
export function publicPart(text: string): string | undefined {
  if (!/^age1[0-9a-z]+$/.test(text)) return undefined;
  return text.length <= 70 ? text : `${text.slice(0, 24)}…`;
}
