/** What is meant as a key, and not as a path: 56 characters, if it is whole. */
const publicKey = /^RW[A-Za-z0-9+/=]{40,}$/;

/**
 * Public keys as they are given to `--signed-by`: each is one, or a file that has one.
 * @throws `key-unusable`
 */
export async function publicKeysOf(given: readonly string[]): Promise<readonly string[]> {
  const { parsePublicKey, readPublicFile } = await import('@adcs-backup/keys');
  const keys: string[] = [];
  for (const each of given) {
    keys.push(publicKey.test(each) ? parsePublicKey(each, each) : parsePublicKey(await readPublicFile(each), each));
  }
  return keys;
}
