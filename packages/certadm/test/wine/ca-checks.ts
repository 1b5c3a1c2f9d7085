/** How the CA is set up, as registry and service manager tell it. */
import assert from 'node:assert/strict';
import type { CaProbe } from '../../src/index.ts';
import { check, skip } from './check.ts';
import type { NodeMachine } from './machine.ts';

const configuration = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\CertSvc\\Configuration';
const ca = `${configuration}\\Fabrikam \u00c4 CA`;

export async function checkCa(machine: NodeMachine): Promise<void> {
  const set = (name: string, value: number, key: string): Promise<void> =>
    machine.wine('reg', 'add', key, '/v', name, '/t', 'REG_DWORD', '/d', String(value), '/f');
  const before = await probe(machine);
  await check('a computer that is no CA is told as one', () => assert.deepEqual(before, { service: 'missing' }));
  await machine.wine('sc', 'create', 'CertSvc', 'binPath=', 'C:\\windows\\system32\\certsrv.exe');
  await machine.wine('reg', 'add', configuration, '/v', 'Active', '/d', 'Fabrikam \u00c4 CA', '/f');
  await set('DBFlags', 0xb4, configuration);
  await set('InterfaceFlags', 0x681, ca);
  await set('RoleSeparationEnabled', 1, ca);
  const after = await probe(machine);
  await check('a CA is found with its name, the bits of its flags, and the state of its service', () => {
    assert.deepEqual(after.configuration, {
      name: 'Fabrikam \u00c4 CA',
      hasCircularLogging: true,
      separatesRoles: true,
      allowsLocalBackup: false,
      allowsRemoteBackup: true,
    });
    assert.equal(after.service, 'stopped');
  });
  skip('a service that runs, starts or is paused', 'Wine has no CertSvc; the states are numbers of one field');
}

async function probe(machine: NodeMachine): Promise<CaProbe> {
  const ended = await machine.run('ca.ts');
  assert.equal(ended.code, 0, ended.stderr);
  const found: CaProbe = JSON.parse(ended.stdout);
  return found;
}
