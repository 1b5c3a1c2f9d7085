import { spawnSync } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyOf, filesIn, type GoldenCopy } from './golden.ts';
import { reasonToSkip } from './other-commands.ts';
import { newFolder } from './place.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/restore-by-hand.md'), 'utf8');
const reason = reasonToSkip('age', 'jq', 'minisign', 'xxd', 'zstd');

type Section = 'scene' | 'objects' | 'signature' | 'packs' | 'restore map' | 'file' | 'tree digest';

interface Place {
  readonly copy: GoldenCopy;
  /** Holds what the page has in /mnt. */
  readonly folder: string;
}

async function newPlace(): Promise<Place> {
  const copy = await copyOf('both');
  const folder = await newFolder();
  const { identity = '', publicKey } = copy;
  writeFileSync(join(folder, 'recovery.key'), readFileSync(identity));
  writeFileSync(join(folder, 'ca01.key.pub'), `untrusted comment: minisign public key\n${publicKey}\n`);
  return { copy, folder };
}

/** The manifest of the first full set. */
function manifestOf({ copy }: Place): string {
  const key = filesIn(copy.sink).find((name) => name.endsWith(`${copy.sets[0]?.label}.json`));
  return key ?? 'no manifest';
}

/** Runs these commands of the page, for a file of the first set instead of the page's example. */
function runCommands(place: Place, sections: readonly Section[], file = 'Golden CA.edb') {
  const { files }: { files: readonly { readonly name: string }[] } = JSON.parse(
    readFileSync(join(place.copy.sink, manifestOf(place)), 'utf8'),
  );
  const commands = sections.map((name) => page.split(`<!-- commands: ${name} -->\n\`\`\`sh\n`)[1]?.split('\n```')[0]);
  expect(commands).not.toContain(undefined);
  const script = ['set -e', ...commands]
    .join('\n')
    .replace('sets/contoso-issuing-ca-1-1a2b3c/20261121T210007Z/20261121T210007Z-full.json', manifestOf(place))
    .replace('=/mnt/copy', `=${place.copy.sink}`)
    .replaceAll('/mnt/', `${place.folder}/`)
    .replace('file=0', `file=${files.findIndex(({ name }) => name === file)}`)
    .replace('Contoso Issuing CA 1.edb', file);
  const { status, stdout } = spawnSync('sh', ['-c', script], { cwd: place.folder, encoding: 'utf8' });
  return { status, stdout, restored: join(place.folder, 'restored', 'DataBase', file) };
}

describe.skipIf(reason !== '')(
  `the commands of restore-by-hand.md, for a set that is encrypted and signed${reason}`,
  () => {
    it.each(['Golden CA.edb', 'large.crt'])('bring a file back: %s', async (file) => {
      const place = await newPlace();
      const sections = ['scene', 'objects', 'signature', 'packs', 'restore map', 'file', 'tree digest'] as const;
      const { status, stdout, restored } = runCommands(place, sections, file);
      expect({ status, stdout }).toMatchObject({ status: 0 });
      expect(stdout).toContain(`Trusted comment: ${manifestOf(place)}\n`);
      expect(stdout).not.toContain('is damaged');
      expect(stdout).toMatch(/\n([0-9a-f]{64})\n\1 {2}-\n$/);
      const digest = Object.entries(place.copy.sets[0]?.files ?? {}).find(([name]) => name.endsWith(`/${file}`))?.[1];
      expect(hash('sha256', readFileSync(restored))).toBe(digest);
    });

    it('end at a manifest that was altered', async () => {
      const place = await newPlace();
      const path = join(place.copy.sink, manifestOf(place));
      writeFileSync(path, readFileSync(path, 'utf8').replace('"number": 1', '"number": 2'));
      expect(runCommands(place, ['scene', 'objects', 'signature', 'packs'])).toMatchObject({ status: 1 });
    });

    it('end at an object that was altered', async () => {
      const place = await newPlace();
      const pack = filesIn(place.copy.sink).find((name) => name.endsWith('pack-00001')) ?? '';
      writeFileSync(join(place.copy.sink, pack), randomBytes(1000));
      expect(runCommands(place, ['scene', 'objects'])).toMatchObject({ status: 1 });
    });
  },
);
