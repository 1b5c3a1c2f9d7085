import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyOf, digestsOf, filesIn, type GoldenCopy, isEncrypted, kinds } from './golden.ts';
import { byHand, type Ended, fromThePage, reasonToSkip, run } from './other-commands.ts';
import { newFolder } from './place.ts';

const reason = reasonToSkip('python3', 'zstd', 'age', 'minisign');
const ca = 'golden-ca-f2b070';

type Keys = Pick<GoldenCopy, 'identity' | 'publicKey'>;

function flagsOf({ identity, publicKey }: Keys): string[] {
  return [
    ...(identity === undefined ? [] : ['--identity', identity]),
    ...(publicKey === undefined ? [] : ['--public-key', publicKey]),
  ];
}

interface Restored extends Ended {
  readonly to: string;
}

async function restoreFromThePage(copy: GoldenCopy, label: string, keys: Keys = copy): Promise<Restored> {
  const to = join(await newFolder(), 'restored');
  return { to, ...run('python3', [fromThePage, copy.sink, ca, label, to, ...flagsOf(keys)]) };
}

async function restoreByHand(copy: GoldenCopy, label: string, flags = flagsOf(copy)): Promise<Restored> {
  const to = join(await newFolder(), 'restored');
  return { to, ...run('python3', [byHand, copy.sink, label, to, ...flags]) };
}

/** Which set, and which of its objects, by the ends of their keys. */
function keyOf({ sink }: GoldenCopy, label: string, ending: string): string {
  return filesIn(sink).find((key) => key.includes(label) && key.endsWith(ending)) ?? 'no such key';
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(path, bytes);
}

/** By a line of Python: the interpreter itself, since `python3` may be a script that needs a PATH, and other paths. */
function printed(line: string): string {
  return run('python3', ['-c', line]).stdout.toString().trim();
}

/** Of the set after the interrupted run. */
const second = 2;

describe.skipIf(reason !== '').each(kinds)(`the golden repository "%s"${reason}`, (kind) => {
  it('is restored by a reader that was written from the page of the format alone', async () => {
    const copy = await copyOf(kind);
    for (const { label, files } of copy.sets) {
      const { to, status, stderr } = await restoreFromThePage(copy, label);
      expect({ label, status, files: digestsOf(to) }, stderr).toEqual({ label, status: 0, files });
    }
  });

  it('is restored by hand', async () => {
    const copy = await copyOf(kind);
    for (const { label, files } of copy.sets) {
      const { to, status, stdout, stderr } = await restoreByHand(copy, label);
      expect({ label, status, files: digestsOf(to) }, stderr).toEqual({ label, status: 0, files });
      expect(stdout.toString()).toContain('\nwhole ');
    }
  });

  it('is restored by hand as it is stored', async () => {
    const copy = await copyOf(kind);
    const { label = '', files = {} } = copy.sets[1] ?? {};
    const { to, status, stdout } = await restoreByHand(copy, label, [...flagsOf(copy), '--as-stored']);
    const own = Object.entries(files).filter(([name]) => !name.endsWith('.edb') && !name.endsWith('00001.log'));
    expect({ status, files: digestsOf(to) }).toEqual({
      status: 0,
      files: expect.objectContaining(Object.fromEntries(own)),
    });
    expect(stdout.toString()).toContain('the set holds logs only');
  });

  it('is refused by both where somebody else is to have signed it', async () => {
    const copy = await copyOf(kind);
    const { label = '' } = copy.sets[second] ?? {};
    const strange = { identity: copy.identity, publicKey: copy.strangePublicKey };
    for (const read of [restoreFromThePage(copy, label, strange), restoreByHand(copy, label, flagsOf(strange))]) {
      const { to, status, stderr } = await read;
      expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining(label) });
      expect(existsSync(to) ? readdirSync(to) : []).toEqual([]);
    }
  });
});

describe.skipIf(reason !== '').each(kinds.filter(isEncrypted))(
  `the golden repository "%s", encrypted${reason}`,
  (kind) => {
    it('has packs that the age command opens with each private key, and with no other', async () => {
      const [first, second] = [await copyOf(kind), await copyOf(kind, 'second')];
      const packs = filesIn(first.sink).filter((key) => /\/pack-\d+$/.test(key));
      expect(packs).toHaveLength(7);
      for (const pack of packs) {
        const open = (identity = 'none'): Ended => run('age', ['-d', '-i', identity, join(first.sink, pack)]);
        const opened = open(first.identity);
        expect(opened).toMatchObject({ status: 0, stderr: '' });
        expect(opened.stdout.equals(open(second.identity).stdout)).toBe(true);
        expect(open(first.strangeIdentity)).toMatchObject({ status: 1, stdout: Buffer.alloc(0) });
      }
    });

    it.each([
      ['without a private key', () => undefined],
      ["with a stranger's", (copy: GoldenCopy) => copy.strangeIdentity],
    ])('is refused by both scripts %s', async (_name, identityOf) => {
      const copy = await copyOf(kind);
      const { label = '' } = copy.sets[second] ?? {};
      const keys = { publicKey: copy.publicKey, identity: identityOf(copy) };
      for (const read of [restoreFromThePage(copy, label, keys), restoreByHand(copy, label, flagsOf(keys))]) {
        const { to, status, stderr } = await read;
        expect({ status, stderr }).toMatchObject({
          status: 1,
          stderr: expect.stringMatching(/pack-00001|encrypted set/),
        });
        expect(existsSync(to) ? readdirSync(to) : []).toEqual([]);
      }
    });
  },
);

describe.skipIf(reason !== '').each(['signed', 'both'] as const)(
  `the golden repository "%s", signed${reason}`,
  (kind) => {
    it('has signatures that the minisign command verifies, with that public key and with no other', async () => {
      const { sink, publicKey = '', strangePublicKey } = await copyOf(kind);
      const keys = filesIn(sink);
      const signed = keys.filter((key) => keys.includes(`${key}.minisig`));
      expect(signed).toEqual(keys.filter((key) => !/pack-\d+$|\.minisig$/.test(key)));
      for (const key of signed) {
        const path = join(sink, key);
        const verify = (by: string): Ended => run('minisign', ['-V', '-P', by, '-m', path, '-x', `${path}.minisig`]);
        const { status, stdout } = verify(publicKey);
        expect({ status, said: stdout.toString() }).toEqual({
          status: 0,
          said: expect.stringContaining(`Trusted comment: ${key}\n`),
        });
        expect(verify(strangePublicKey).status).toBe(1);
      }
    });
  },
);

describe.skipIf(reason !== '')(`a flipped byte in the golden repository "both"${reason}`, () => {
  const endings = ['-full.json', '-full.json.minisig', 'map-00001', 'pack-00001'];

  it.each(endings)('is refused by both scripts, which name the object: %s', async (ending) => {
    const copy = await copyOf('both');
    const { label = '' } = copy.sets[0] ?? {};
    const key = keyOf(copy, label, ending);
    for (const at of [0, Math.floor(readFileSync(join(copy.sink, key)).length / 2)]) {
      flip(join(copy.sink, key), at);
      for (const read of [restoreFromThePage(copy, label), restoreByHand(copy, label)]) {
        const { status, stderr } = await read;
        expect({ status, stderr }).toMatchObject({
          status: 1,
          stderr: expect.stringContaining(key.replace('.minisig', '')),
        });
      }
      flip(join(copy.sink, key), at);
    }
  });

  it.each(['-full.outcome.json', 'begin.json.minisig', 'map-00001.minisig'])(
    'is refused by the reader from the page where no restore would need the object: %s',
    async (ending) => {
      const copy = await copyOf('both');
      const { label = '' } = copy.sets[0] ?? {};
      flip(join(copy.sink, keyOf(copy, label, ending)), 100);
      const { status, stderr } = await restoreFromThePage(copy, label);
      const named = ending.replace('.minisig', '');
      expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining(named) });
    },
  );
});

describe.skipIf(reason !== '')(`links between the sets of the golden repository "both"${reason}`, () => {
  it('show that a set was taken out of its chain', async () => {
    const copy = await copyOf('both');
    const [, gone, last] = copy.sets;
    for (const key of filesIn(copy.sink)) {
      if (key.startsWith('sets/') && key.includes(`/${gone?.label}.`)) rmSync(join(copy.sink, key));
    }
    const { status, stderr } = await restoreFromThePage(copy, last?.label ?? '');
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining(`/${last?.label}.json: `) });
    expect(stderr).toContain(`the set ${gone?.label} before it is missing, but not its chain`);
  });

  it('allow that a chain was deleted as a whole', async () => {
    const copy = await copyOf('both');
    const [{ chain } = { chain: '' }] = copy.sets;
    for (const root of ['sets', 'data']) rmSync(join(copy.sink, root, ca, chain), { recursive: true });
    const { label = '', files } = copy.sets.at(-1) ?? {};
    const { to, status, stderr } = await restoreFromThePage(copy, label);
    expect({ status, files: digestsOf(to) }, stderr).toEqual({ status: 0, files });
  });
});

describe.skipIf(reason !== '')(`restore-by-hand.py${reason}`, () => {
  it.each(['age', 'minisign'] as const)('says that %s is missing', async (command) => {
    const copy = await copyOf('both');
    const tools = await newFolder();
    const python = printed('import sys; print(sys.executable)');
    for (const other of ['age', 'minisign', 'zstd'].filter((name) => name !== command)) {
      symlinkSync(printed(`import shutil; print(shutil.which('${other}'))`), join(tools, other));
    }
    const args = [byHand, copy.sink, copy.sets[0]?.label ?? '', join(tools, 'to'), ...flagsOf(copy)];
    const { status, stderr } = spawnSync(python, args, { env: { PATH: tools }, encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining(`the ${command} command`) });
  });
});
