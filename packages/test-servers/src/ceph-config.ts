import { join } from 'node:path';

/** The configuration of a Ceph cluster that is one monitor, one OSD with a file for a disk, one gateway. */

export interface CephPlace {
  readonly folder: string;
  readonly fsid: string;
  readonly monitorPort: number;
  readonly gatewayPort: number;
}

export function configFileOf(place: CephPlace): string {
  return join(place.folder, 'ceph.conf');
}

/** Known to work with Ceph 16.2. `auth … = none` would make the gateway loop. */
export function cephConfig({ folder, fsid, monitorPort, gatewayPort }: CephPlace): string {
  return `[global]
fsid = ${fsid}
mon host = v2:127.0.0.1:${monitorPort}
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${folder}/keyring
ms bind ipv6 = false
ms bind msgr1 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
run dir = ${folder}/run
admin socket = ${folder}/run/$name.$pid.asok
log file = ${folder}/log/$name.log
crash dir = ${folder}/run

[mon]
mon data = ${folder}/mon
mon cluster log file = ${folder}/log/cluster.log

[osd]
osd data = ${folder}/osd
osd objectstore = bluestore
bluestore block size = ${20 * 2 ** 30}
osd memory target = ${2 ** 30}
osd class load list = *
osd class default list = *

[client]
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort}
rgw data = ${folder}/rgw
rgw sigv4 insecure = false
`;
}

/** Who may do what in the cluster: name and rights, for its keyring. */
export const cephKeys: readonly (readonly [name: string, ...rights: readonly string[]])[] = [
  ['mon.', '--cap', 'mon', 'allow *'],
  ['client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'],
  ['client.rgw', '--cap', 'mon', 'allow rw', '--cap', 'osd', 'allow rwx', '--cap', 'mgr', 'allow rw'],
  ['osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow profile osd'],
];
