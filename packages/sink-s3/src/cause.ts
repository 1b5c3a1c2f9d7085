/** What is kept of an error of the SDK. */

/** Facts that help support, and can't hold a secret. */
const facts = ['code', 'syscall', 'address', 'port', 'hostname', 'reason', 'httpStatusCode', 'requestId'] as const;
const longestMessage = 400;
const deepest = 5;

/**
 * A copy without what the SDK hangs on its errors: requests and responses with signatures and session tokens,
 * and what some servers put into theirs, such as the text that was signed.
 */
export function cleanCause(error: unknown, depth = 0): Error {
  if (!(error instanceof Error)) return new Error(plainText(String(error)));
  const under = error instanceof AggregateError ? error.errors[0] : error.cause;
  const isShown = under instanceof Error && depth < deepest;
  const copy = new Error(plainText(error.message), isShown ? { cause: cleanCause(under, depth + 1) } : undefined);
  copy.name = String(error.name);
  // The stack begins with the message.
  copy.stack = `${copy.name}: ${copy.message}\n${String(error.stack).split('\n').filter(isFrame).join('\n')}`;
  for (const [name, value] of factsOf(error)) Object.defineProperty(copy, name, { value, enumerable: true });
  return copy;
}

/**
 * One line, not too long, without what a credential process was called with or printed. Where a server says something
 * twice, the SDK's message is a list.
 */
export function plainText(text: unknown): string {
  return (
    String(text)
      .replace(/\n.*/s, '')
      .replace(/Command failed: .*/, 'the command failed')
      // OpenSSL: code, library, function, reason, source file, line.
      .replace(/^.*EPROTO .*?:error:[^:]*:[^:]*:[^:]*:([^:]+):.*$/, 'TLS failed: $1')
      .replaceAll(/\p{Cc}/gu, ' ')
      .slice(0, longestMessage)
  );
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

function factsOf(error: Error): ReadonlyMap<string, string | number> {
  const metadata: unknown = Reflect.get(error, '$metadata');
  const found = new Map<string, string | number>();
  for (const name of facts) {
    const value: unknown = Reflect.get(error, name) ?? Reflect.get(Object(metadata), name);
    if (typeof value === 'number') found.set(name, value);
    if (typeof value === 'string') found.set(name, plainText(value));
  }
  return found;
}
