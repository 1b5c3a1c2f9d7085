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
    // Not by its text: it may be a private key that was given in its place.
    if (publicKey.test(each)) keys.push(parsePublicKey(each, 'a key of --signed-by'));
    else keys.push(parsePublicKey(await readPublicFile(each), each));
  }
  return keys;
}
