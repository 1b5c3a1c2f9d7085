import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, generateSigningKey, writePublicFile, writeSecretFile } from '@adcs-backup/keys';
import { createGoldenCa } from './golden-ca.ts';
import { type GoldenSet, storeGolden } from './golden-story.ts';

/**
 * Wrote the golden repositories of format 1, in test/golden, when it was frozen. Never to be run again for format 1:
 * every later version must read what an earlier one stored, not what it stores itself. It refuses to overwrite.
 */

const golden = join(import.meta.dirname, '../test/golden');
const keyFolder = join(golden, 'test-keys');

async function writeKeys(): Promise<{ readonly recipients: readonly string[]; readonly publicKey: string }> {
  mkdirSync(keyFolder);
  const recipients: string[] = [];
  for (const name of ['first', 'second', 'stranger']) {
    const { recipient, file } = await generateIdentity();
    await writeSecretFile(join(keyFolder, `${name}.test-identity`), file);
    if (name !== 'stranger') recipients.push(recipient);
  }
  const signing = generateSigningKey();
  await writeSecretFile(join(keyFolder, 'ca.test-signing-key'), signing.secretFile);
  await writePublicFile(join(keyFolder, 'ca.test-signing-key.pub'), signing.publicFile);
  await writePublicFile(join(keyFolder, 'stranger.test-signing-key.pub'), generateSigningKey().publicFile);
  return { recipients, publicKey: signing.publicKey };
}

async function writeRepository(kind: string, flags: readonly string[]): Promise<readonly GoldenSet[]> {
  const folder = join(golden, kind);
  mkdirSync(folder);
  const caFolder = mkdtempSync(join(tmpdir(), 'golden-ca-'));
  try {
    return await storeGolden(await createGoldenCa(caFolder), { folder, flags });
  } finally {
    rmSync(caFolder, { recursive: true });
  }
}

mkdirSync(golden);
const { recipients, publicKey } = await writeKeys();
const encrypted = recipients.flatMap((recipient) => ['--recipient', recipient]);
const signed = ['--signing-key', join(keyFolder, 'ca.test-signing-key')];
const kinds = { plain: [], encrypted, signed, both: [...encrypted, ...signed] };
const repositories: Record<string, readonly GoldenSet[]> = {};
for (const [kind, flags] of Object.entries(kinds)) repositories[kind] = await writeRepository(kind, flags);
const text = JSON.stringify({ ca: 'Golden CA', publicKey, repositories }, undefined, 1);
writeFileSync(join(golden, 'golden.json'), `${text}\n`, { flag: 'wx' });
