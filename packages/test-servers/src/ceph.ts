import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CephCluster } from './ceph-cluster.ts';
import { freePort } from './free-port.ts';
import { missingOf } from './installed.ts';

/** Whom an S3 server knows. */
export interface S3User {
  /** As bucket policies name the user. */
  readonly arn: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** How to reach an S3 server: plain data, the same in every process of a test run. */
export interface S3Access extends S3User {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly region: string;
  /** Somebody else, who may do only what a bucket's policy allows. */
  readonly guest: S3User;
  /** One more of these. */
  readonly reader: S3User;
}

/** Ceph's RADOS gateway, in a temporary folder. */
export interface S3Server extends AsyncDisposable {
  readonly access: S3Access;
  /** Of monitor, OSD and gateway. */
  readonly pids: readonly number[];
  /** `SIGKILL` unless told otherwise; resolves when all three are gone. */
  killDaemons(signal?: NodeJS.Signals): Promise<void>;
  /** On the same ports, over the same disk. */
  restartDaemons(): Promise<void>;
}

const programs = ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph', 'ceph-authtool', 'monmaptool'];

/** Why {@link startCeph} can't work here; undefined when it can. */
export function cephMissing(): string | undefined {
  return missingOf(programs, 'radosgw ceph-mon ceph-osd');
}

/** Takes about 15 seconds and 300 MiB of memory. */
export async function startCeph(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'adcs-backup-ceph-'));
  const gatewayPort = await freePort();
  const cluster = new CephCluster({ folder, fsid: randomUUID(), monitorPort: await freePort(), gatewayPort });
  const dispose = async (): Promise<void> => {
    await cluster.kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await cluster.create();
    const owner = await newUser(cluster, 'backup');
    const [guest, reader] = [await newUser(cluster, 'guest'), await newUser(cluster, 'reader')];
    return {
      access: { endpoint: `http://127.0.0.1:${gatewayPort}`, region: 'us-east-1', ...owner, guest, reader },
      get pids() {
        return cluster.pids;
      },
      killDaemons: (signal) => cluster.kill(signal),
      restartDaemons: () => cluster.restart(),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function newUser(cluster: CephCluster, name: string): Promise<S3User> {
  const accessKey = `AK${randomBytes(9).toString('hex').toUpperCase()}`;
  const secretKey = randomBytes(20).toString('hex');
  const keys = [`--access-key=${accessKey}`, `--secret-key=${secretKey}`];
  await cluster.run('radosgw-admin', [
    '-n',
    'client.rgw',
    'user',
    'create',
    `--uid=${name}`,
    `--display-name=${name}`,
    ...keys,
  ]);
  return { arn: `arn:aws:iam:::user/${name}`, accessKey, secretKey };
}
