import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type CephPlace, cephConfig, cephKeys, configFileOf } from './ceph-config.ts';
import { Daemon, isListening } from './daemon.ts';

/** The three daemons of a Ceph cluster in a folder: made once, killed and started again as a test likes. */
export class CephCluster {
  readonly #place: CephPlace;
  #daemons: Daemon[] = [];

  constructor(place: CephPlace) {
    this.#place = place;
  }

  get pids(): readonly number[] {
    return this.#daemons.map((daemon) => daemon.pid);
  }

  /** Makes the cluster in its empty folder, with its daemons running. */
  async create(): Promise<void> {
    const { folder, fsid, monitorPort } = this.#place;
    for (const name of ['mon', 'osd', 'run', 'log', 'rgw']) await mkdir(`${folder}/${name}`);
    await writeFile(configFileOf(this.#place), cephConfig(this.#place));
    for (const [index, [name, ...rights]] of cephKeys.entries()) {
      const create = index === 0 ? ['--create-keyring'] : [];
      await this.run('ceph-authtool', [`${folder}/keyring`, ...create, '--gen-key', '-n', name, ...rights]);
    }
    const address = `[v2:127.0.0.1:${monitorPort}/0]`;
    await this.run('monmaptool', ['--create', '--addv', 'a', address, '--fsid', fsid, '--clobber', `${folder}/monmap`]);
    await this.run('ceph-mon', ['-i', 'a', '--mkfs', '--monmap', `${folder}/monmap`, '--keyring', `${folder}/keyring`]);
    await this.#startMonitor();
    const disk = randomUUID();
    await this.run('ceph', ['osd', 'new', disk, '0']);
    await this.run('ceph-osd', ['-i', '0', '--mkfs', '--osd-uuid', disk]);
    await this.#startDiskAndGateway();
  }

  /** Kills every daemon that runs; resolves when they are gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const daemons = this.#daemons;
    this.#daemons = [];
    await Promise.all(daemons.map((daemon) => daemon.kill(signal)));
  }

  /** Starts the daemons after {@link kill}; resolves when the gateway listens. */
  async restart(): Promise<void> {
    await this.#startMonitor();
    await this.#startDiskAndGateway();
  }

  /** Runs one of Ceph's tools on this cluster. @returns its standard output */
  async run(program: string, args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(program, ['--conf', configFileOf(this.#place), ...args]);
    return stdout;
  }

  async #startMonitor(): Promise<void> {
    const monitor = this.#start('ceph-mon', ['-i', 'a']);
    await monitor.until(() => isListening(this.#place.monitorPort));
  }

  async #startDiskAndGateway(): Promise<void> {
    this.#start('ceph-osd', ['-i', '0']);
    const gateway = this.#start('radosgw', ['-n', 'client.rgw']);
    await gateway.until(() => isListening(this.#place.gatewayPort));
  }

  #start(program: string, args: readonly string[]): Daemon {
    const daemon = new Daemon({ program, args: ['--conf', configFileOf(this.#place), ...args, '-f'] });
    this.#daemons.push(daemon);
    return daemon;
  }
}
