/** Everything that this process writes to its standard streams, and every warning, while `work` is done. */
export async function printedDuring(work: () => Promise<void>): Promise<readonly string[]> {
  const printed: string[] = [];
  const note = (text: unknown): boolean => {
    printed.push(String(text));
    return true;
  };
  const restore = [
    replace(process.stdout, 'write', note),
    replace(process.stderr, 'write', note),
    ...(['debug', 'info', 'log', 'warn', 'error', 'trace'] as const).map((name) => replace(console, name, note)),
    replace(process, 'emitWarning', note),
  ];
  try {
    await work();
  } finally {
    for (const undo of restore) undo();
  }
  return printed;
}

function replace<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  by: Owner[Name],
): () => void {
  const original = owner[name];
  owner[name] = by;
  return () => {
    owner[name] = original;
  };
}
