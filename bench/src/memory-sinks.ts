/** Resident memory of a backup into three sinks at once, one of them slow. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateIdentity } from '@adcs-backup/keys';
import { createCa } from '@adcs-backup/standin';
import { createBucket, createContainer, FaultProxy, startAzurite, startCeph } from '@adcs-backup/test-servers';
import { lineOf } from './answer.ts';
import { adcsBackup } from './command.ts';

const SLOW_BYTES_PER_SECOND = 24 * 1024 ** 2;

const { values } = parseArgs({
  options: {
    gib: { type: 'string', default: '1' },
    encrypted: { type: 'boolean', default: false },
    'limit-mib': { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'adcs-backup-memory-'));
const [ceph, azurite] = await Promise.all([startCeph(), startAzurite()]);
const slow = await FaultProxy.start(azurite.access.endpoint);
try {
  await createBucket(ceph.access, 'memory');
  await createContainer(azurite.access, 'memory');
  slow.add({ fault: { kind: 'slow', bytesPerSecond: SLOW_BYTES_PER_SECOND }, when: ({ method }) => method === 'PUT' });
  const { accessKey, secretKey, region, endpoint } = ceph.access;
  const { account, key } = azurite.access;
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secretKey,
    AZURE_STORAGE_KEY: key,
  });
  const disk = join(folder, 'sink');
  mkdirSync(disk);
  const ca = await createCa(join(folder, 'ca'), { databaseBytes: Number(values.gib) * 1024 ** 3 });
  const sinks = [
    disk,
    `s3://memory/ca01?region=${region}&endpoint=${endpoint}`,
    `azblob://${account}/memory/ca01?endpoint=${slow.endpoint}`,
  ];
  const flags = values.encrypted ? ['--recipient', (await generateIdentity()).recipient] : [];
  const run = await adcsBackup('backup', ...sinks, '--certadm', ca.library, '--json', ...flags);
  const reached = lineOf(run.stdout, 'backup-ended').list('sinks');
  if (!reached.every((sink) => sink.text('at') === 'sealed'))
    throw new Error(`a sink has not got the set:\n${run.stdout}`);
  const peak = Math.round(run.peakBytes / 1024 ** 2);
  const kind = values.encrypted ? 'encrypted backup' : 'backup';
  console.log(`${kind} of ${values.gib} GiB into three sinks: ${peak} MiB at most, ${run.wallSeconds.toFixed(1)} s`);
  if (values['limit-mib'] !== undefined && peak > Number(values['limit-mib'])) {
    console.error(`error: it needed more than ${values['limit-mib']} MiB`);
    process.exitCode = 1;
  }
} finally {
  await slow[Symbol.asyncDispose]();
  await Promise.all([ceph[Symbol.asyncDispose](), azurite[Symbol.asyncDispose]()]);
  rmSync(folder, { recursive: true, force: true });
}
