import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { differences, readDocumentedLines, unseen } from './documented-lines.ts';
import { folderWith, logFiles, streamingCopy, withFlippedBit } from './ese-files.ts';
import { newKeyPlace } from './key-place.ts';
import { newFilledPlace, newPlace, type Place } from './place.ts';
import { cli, type JsonObject, jsonLines, resultOf, startCli, untilPrinted } from './run-cli.ts';

/** Real output of every command, in good and bad cases: together it has every type and field. */
async function realLines(): Promise<JsonObject[]> {
  const place = await newPlace({ host: 'CA01', databaseBytes: 1024 * 1024 });
  const backup = [...place.backup, '--server', 'CA01'];
  await place.ca.setFaults({ fail: [{ call: 'CertSrvBackupPrepareW', nth: 1, hresult: 0xc80001f9 }] });
  const outputs = [await printed(...backup, '--wait', '1s')];
  await place.ca.clearFaults();
  const [, , ...flags] = backup;
  outputs.push(await printed('backup', `faulty://${place.sink}?method=put&key=^sets&code=sink-denied`, ...flags));
  await place.ca.setFaults({ fail: [{ call: 'CertSrvBackupEnd', nth: 1, hresult: 0xc8000208 }] });
  outputs.push(await printed(...backup));
  await place.ca.clearFaults();
  const { sink, ca, folder } = place;
  outputs.push(
    await printed('list', `faulty://${sink}?method=list&code=sink-unreachable&retryable=1&times=1`),
    await printed('list', `faulty://${sink}?method=list&code=sink-denied`),
    await printed('list', sink, '--unknown'),
    await printed('show', sink, 'latest'),
    await printed('verify', sink, '--read-data'),
    await printed('restore', sink, 'latest', '--to', join(folder, 'restored')),
    await printed('doctor', join(folder, 'missing'), '--certadm', ca.library),
    await printed('keys', 'generate', '--signing', '--output', join(folder, 'host.key')),
  );
  outputs.push(await printed('ese', 'check', await eseFolder()), await printed('ese', 'check', await logFolder()));
  await removePack(place);
  outputs.push(await printed('verify', sink));
  outputs.push(
    await interruptedOutput(),
    ...(await historyOutputs()),
    ...(await severalOutputs()),
    ...(await foulPlayOutputs()),
    ...(await keyOutputs()),
  );
  outputs.push(await printed('sink', 'check', `faulty://${sink}?settings=rule&method=put&key=raced&code=sink-failed`));
  return outputs.flatMap(jsonLines);
}

/** Logs-only sets, a suspect one among them, and what comes after it. */
async function historyOutputs(): Promise<string[]> {
  const { sink, ca, backup, folder } = await newPlace();
  const outputs = [await printed(...backup, '--truncate-logs')];
  await ca.issueCertificates({ changedPages: 3 });
  outputs.push(await printed(...backup, '--type', 'auto', '--truncate-logs'));
  await ca.setFaults({ flipBits: [{ file: 'edb00003.log', offset: 5000, bit: 3 }] });
  outputs.push(await printed(...backup, '--type', 'logs-only'));
  await ca.clearFaults();
  outputs.push(
    await printed('show', sink, 'latest'),
    await printed('verify', sink, '--ese'),
    await printed('restore', sink, 'latest', '--to', join(folder, 'restored'), '--layout', 'per-set'),
    await printed(...backup, '--type', 'auto'),
  );
  return outputs;
}

/** Two sinks, one of them down at first, and a copy of both from a damaged one. */
async function severalOutputs(): Promise<string[]> {
  const place = await newPlace();
  const [verb, sink, ...flags] = place.backup;
  const other = join(place.folder, 'other');
  const both = [verb, sink, other, ...flags].map(String);
  const outputs = [await printed(...both)];
  await mkdir(other);
  outputs.push(await printed(...both));
  await removePack(place);
  const target = join(place.folder, 'target');
  await mkdir(target);
  outputs.push(await printed('copy', place.sink, target), await printed('copy', other, target));
  return outputs;
}

/** A pack of which the sink has only an older version, and an outcome that can't be read. */
async function foulPlayOutputs(): Promise<string[]> {
  const { sink, label, folder } = await newFilledPlace();
  const keys = await readdir(sink, { recursive: true });
  const pack = keys.find((key) => key.endsWith('pack-00001')) ?? '';
  await mkdir(join(`${sink}.versions`, pack), { recursive: true });
  await rename(join(sink, pack), join(`${sink}.versions`, pack, '1'));
  await writeFile(join(sink, keys.find((key) => key.endsWith('.outcome.json')) ?? ''), '{');
  const address = [`faulty://${sink}?versions=1`, label];
  return [await printed('verify', ...address), await printed('restore', ...address, '--to', join(folder, 'restored'))];
}

/** Sets that are encrypted, signed and locked; one of them is forged in the end, and the sink rolled back. */
async function keyOutputs(): Promise<string[]> {
  const { sink, keys, folder, backup } = await newKeyPlace();
  const [verb = '', , ...flags] = backup;
  const locking = `faulty://${sink}?locks=1`;
  const outputs = [await printed(verb, locking, ...flags, '--lock-for', '90d')];
  const [older, to] = [join(folder, 'older'), join(folder, 'restored')];
  await cp(sink, older, { recursive: true });
  outputs.push(await printed(verb, locking, ...flags, '--lock-for', '90d'));
  const reading = ['--signed-by', keys.publicKey, '--identity', keys.identity];
  const trust = ['--trust', join(folder, 'trust.json')];
  outputs.push(
    await printed('show', sink, 'latest', '--signed-by', keys.publicKey),
    await printed('verify', sink, '--read-data', ...reading, ...trust),
    await printed('verify', older, ...trust),
    await printed('restore', sink, 'latest', '--to', to, ...reading, ...trust),
  );
  return outputs;
}

/** A database with two kinds of damage, logs that lack one, and a file of no kind. */
async function eseFolder(): Promise<string> {
  const swapped = Buffer.from(streamingCopy);
  streamingCopy.copy(swapped, 5 * 4096, 6 * 4096, 7 * 4096);
  const database = withFlippedBit(swapped, 3 * 4096 + 100);
  return await folderWith({ 'CA.edb': database, ...logFiles(3, 5), 'letter.txt': Buffer.from('text') });
}

async function logFolder(): Promise<string> {
  return await folderWith(logFiles(3, 4));
}

async function printed(...args: string[]): Promise<string> {
  return (await cli([...args, '--json'])).stdout;
}

async function removePack({ sink }: Place): Promise<void> {
  const paths = await readdir(join(sink, 'data'), { recursive: true });
  await rm(join(sink, 'data', paths.find((path) => path.includes('pack-')) ?? ''));
}

async function interruptedOutput(): Promise<string> {
  const { sink } = await newFilledPlace();
  const child = startCli(['list', `faulty://${sink}?method=list&kind=hang`, '--json']);
  const result = resultOf(child);
  await untilPrinted(child, 'this sink will hang');
  child.kill('SIGINT');
  return (await result).stdout;
}

describe('docs/json-output.md', () => {
  it.runIf(process.platform !== 'win32')(
    'describes every line that is printed, and nothing else',
    async () => {
      const documented = await readDocumentedLines();
      const lines = await realLines();
      expect([...new Set(lines.flatMap((line) => differences(line, documented)))]).toEqual([]);

      const printedTypes = new Set(lines.map((line) => line['type']));
      expect([...documented.types.keys()].filter((type) => !printedTypes.has(type))).toEqual([]);
      expect(unseen(lines, documented)).toEqual([]);
      // Some thirty runs of the command.
    },
    300_000,
  );

  it('is checked by something that notices a difference', async () => {
    const documented = await readDocumentedLines();
    const good = { type: 'set-sealed', time: '2026-11-21T18:03:16.000Z', label: 'x', sound: true };
    expect(differences(good, documented)).toEqual([]);
    expect(differences({ ...good, more: 1 }, documented)).toEqual(['set-sealed: more is not documented']);
    expect(differences({ ...good, sound: 'yes' }, documented)).toEqual(['set-sealed: sound is not of kind boolean']);
    expect(differences({ ...good, time: 'now' }, documented)).toEqual(['set-sealed: time is not of kind time']);
    const { label: _, ...less } = good;
    expect(differences(less, documented)).toEqual(['set-sealed: label is missing']);
    expect(unseen([less], documented)).toContain('set-sealed: label');
    expect(unseen([good], documented)).not.toContain('set-sealed: label');
    expect(differences({ ...good, type: 'set-eaten' }, documented)).toEqual(['type set-eaten is not documented']);
    const outcome = { logFolder: { readable: true, path: 'L', logCount: '2', more: 1 } };
    const faults = differences({ ...good, type: 'set-shown', outcome }, documented);
    expect(faults).toContain('set-shown: outcome.logFolder: logCount is not of kind integer');
    expect(faults).toContain('set-shown: outcome.logFolder: more is not documented');
    expect(faults).not.toContain('set-shown: outcome.logFolder: path is missing');
  });
});
