import { AdcsBackupError, composeStored } from '@adcs-backup/core';
import { type Fault, FaultySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { BackupLine } from '../backup-line.ts';
import { editManifest } from '../stored-manifest.ts';

/** Two full sets, and two of logs only after the second; all sound. */
async function line4(): Promise<{ readonly line: BackupLine; readonly labels: readonly string[] }> {
  const line = new BackupLine();
  line.ca.issue(3);
  const labels: string[] = [];
  for (const type of ['full', 'full', 'logs-only', 'logs-only'] as const) {
    labels.push((await line.sealed(type, { truncateLogs: true })).label);
    line.ca.issue();
  }
  line.sink.calls.length = 0;
  return { line, labels };
}

/** Labels whose manifests were read, in that order. */
function manifestsRead({ sink }: BackupLine): readonly string[] {
  const keys = sink.calls.filter(({ method }) => method === 'get').map(({ key }) => key);
  return keys.filter((key) => !key.endsWith('.outcome.json')).map((key) => key.replace(/^.*\/|\.json$/g, ''));
}

async function composed(line: BackupLine, label: string, faults: readonly Fault[] = []) {
  return await composeStored(new FaultySink(line.sink, faults), await line.entry(label));
}

describe('reading a chain', () => {
  test('reads nothing but the manifest of a full set that is whole', async () => {
    const { line, labels } = await line4();
    const [, second = ''] = labels;
    const { composition } = await composed(line, second);
    expect(composition).toMatchObject({ isComplete: true, base: { label: second } });
    expect(manifestsRead(line)).toEqual([second]);
  });

  test('reads back to the full set, and no further', async () => {
    const { line, labels } = await line4();
    const [, second = '', third = '', fourth = ''] = labels;
    const { composition } = await composed(line, fourth);
    expect(composition).toMatchObject({ isComplete: true, base: { label: second } });
    expect(manifestsRead(line)).toEqual([fourth, third, second]);
  });

  test('does not mind how the sessions of sets on the way ended', async () => {
    const { line, labels } = await line4();
    const [, second = '', , fourth = ''] = labels;
    const key = (await line.entry(second)).manifestKey.replace('.json', '.outcome.json');
    line.sink.replace(key, Buffer.from('{'));
    expect((await composed(line, fourth)).composition).toMatchObject({ isComplete: true });
  });

  test('goes back behind the full set for what that has no good copy of', async () => {
    const { line, labels } = await line4();
    const [first = '', second = '', , fourth = ''] = labels;
    await editManifest(line.sink, second, ({ files }) => {
      for (const file of files.filter(({ role }) => role === 'log').slice(0, 1)) file.intact = false;
    });
    line.sink.calls.length = 0;
    for (const label of [second, fourth]) {
      const { composition } = await composed(line, label);
      expect(composition).toMatchObject({ isComplete: false, base: { label: second } });
      expect(composition.findings).toMatchObject([{ code: 'log-damaged' }]);
    }
    expect(manifestsRead(line)).toContain(first);
  });

  test.each<[string, (sink: BackupLine['sink'], key: string) => void]>([
    ['is no JSON', (sink, key) => sink.replace(key, Buffer.from('{'))],
    ['is that of another set', (sink, key) => sink.replace(key, anyOther(sink, key))],
  ])('says of a set on the way whose manifest %s that it cannot be read', async (_name, damage) => {
    const { line, labels } = await line4();
    const [, , third = '', fourth = ''] = labels;
    const { manifestKey } = await line.entry(third);
    damage(line.sink, manifestKey);
    const { composition } = await composed(line, fourth);
    expect(composition).toMatchObject({
      isComplete: false,
      isRestorable: true,
      findings: [{ code: 'manifest-invalid', message: expect.stringContaining(manifestKey) }, { code: 'log-missing' }],
    });
  });

  test('says of a set that goes while it reads that it is not there', async () => {
    const { line, labels } = await line4();
    const [, , third = '', fourth = ''] = labels;
    const error = (): AdcsBackupError => new AdcsBackupError('object-not-found', 'it was deleted');
    const { composition } = await composed(line, fourth, [{ method: 'get', key: new RegExp(third), error }]);
    expect(composition.findings).toMatchObject([
      { code: 'manifest-invalid', message: 'it was deleted' },
      { code: 'log-missing' },
    ]);
  });

  test('fails when the sink fails, and where a newer tool was at work', async () => {
    const { line, labels } = await line4();
    const [, , third = '', fourth = ''] = labels;
    const fault = { method: 'get', key: new RegExp(third) } as const;
    await expect(composed(line, fourth, [fault])).rejects.toMatchObject({ code: 'sink-unreachable' });
    await editManifest(line.sink, third, (manifest) => Object.assign(manifest, { format: 2 }));
    await expect(composed(line, fourth)).rejects.toMatchObject({ code: 'format-unsupported' });
  });
});

function anyOther(sink: BackupLine['sink'], key: string): Uint8Array {
  const other = [...sink.objects].find(([each]) => each !== key && /^sets.*full\.json$/.test(each));
  return other?.[1].bytes ?? new Uint8Array(0);
}
