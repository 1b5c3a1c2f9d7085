import { hash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn } from './golden.ts';
import { newKeys } from './key-place.ts';
import { reasonToSkip } from './other-commands.ts';
import { newFolder, newPlace, type Place } from './place.ts';
import { type CliResult, cli } from './run-cli.ts';
import { indexOf, type Secrets, tracesIn } from './traces.ts';

const reason = reasonToSkip('zstd');

interface Host {
  /** Everything that the host has but the CA's own files: keys, configuration, log file, temporary files. */
  readonly folder: string;
  readonly run: (args: readonly string[]) => Promise<CliResult>;
}

async function newHost(settings: Readonly<Record<string, unknown>>): Promise<Host> {
  const folder = await newFolder();
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  const config = join(folder, 'config.json');
  await writeFile(config, JSON.stringify({ ...settings, 'log-file': join(folder, 'adcs-backup.log') }));
  const env = { TMPDIR: temporary, HOME: folder };
  let count = 0;
  const run = async (args: readonly string[]): Promise<CliResult> => {
    const result = await cli([...args, '--config', config, '--verbose', '--json'], { env, cwd: folder });
    count += 1;
    await writeFile(join(folder, `said-${count}.txt`), result.stdout + result.stderr);
    return result;
  };
  return { folder, run };
}

/** A full set, one of logs, another full one with changed pages. */
async function backUpThrice({ ca, backup }: Place, { run }: Host): Promise<void> {
  for (const flags of [['--truncate-logs'], ['--type', 'logs-only'], []]) {
    const { exitCode, stderr } = await run([...backup, ...flags]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    await ca.issueCertificates({ changedPages: 20, logs: 1 });
  }
}

/** What the CA has and handed out, and what would tell somebody that he guessed a file right. */
async function secretsOf({ ca }: Place, dynamicFile: Uint8Array): Promise<Secrets> {
  await writeFile(join(ca.enrollFolder, 'certificate.crt'), dynamicFile);
  const blocks = [dynamicFile.subarray(0, 65_536), dynamicFile.subarray(65_536)];
  return {
    database: await readFile(ca.databasePath),
    log: await readFile(join(ca.logFolder, 'edb00001.log')),
    'dynamic file': dynamicFile,
    'digests of its blocks': Buffer.concat(blocks.map((block) => hash('sha256', block, 'buffer'))),
  };
}

async function tracesBelow(folder: string, secrets: Secrets): Promise<ReadonlySet<string>> {
  const index = indexOf(secrets);
  const found: string[] = [];
  for (const name of filesIn(folder)) found.push(...tracesIn(await readFile(join(folder, name)), index));
  return new Set(found);
}

const text = 'To be kept from everybody who has no private key, be it on the host or in the sink. ';
const dynamicFile = Buffer.concat([Buffer.alloc(65_536, text), randomBytes(4464)]);

describe.skipIf(reason !== '')(`with all files of the CA's host and of the sink, but no private key,${reason}`, () => {
  it('nobody finds a piece of what was backed up', async () => {
    const place = await newPlace();
    const keys = await newKeys();
    const host = await newHost({ recipient: [keys.recipient], 'signing-key': keys.signingKey });
    await writeFile(join(host.folder, 'ca.key'), await readFile(keys.signingKey));
    await writeFile(join(host.folder, 'ca.key.pub'), await readFile(keys.publicFile));
    const secrets = {
      ...(await secretsOf(place, dynamicFile)),
      'digest of the dynamic file': hash('sha256', dynamicFile, 'buffer'),
    };
    await backUpThrice(place, host);
    const trust = ['--signed-by', keys.publicKey];
    expect(await host.run(['verify', place.sink, ...trust])).toMatchObject({ exitCode: 0 });
    const restored = await host.run(['restore', place.sink, 'latest', '--to', join(host.folder, 'to'), ...trust]);
    expect(restored).toMatchObject({ exitCode: 2 });
    expect(filesIn(place.sink).filter((key) => /pack-\d+$/.test(key)).length).toBeGreaterThan(2);
    expect(filesIn(host.folder)).toEqual(expect.arrayContaining(['adcs-backup.log', 'ca.key', 'said-5.txt']));
    expect(await tracesBelow(place.sink, secrets)).toEqual(new Set());
    expect(await tracesBelow(host.folder, secrets)).toEqual(new Set());
  });

  it('while in a sink that is not encrypted all of it is found', async () => {
    const place = await newPlace();
    const secrets = await secretsOf(place, dynamicFile);
    await backUpThrice(place, await newHost({}));
    expect(await tracesBelow(place.sink, secrets)).toEqual(new Set(Object.keys(secrets)));
  });
});
