/** How the CA of this computer is set up, as far as a backup is concerned. */
import type { Registry } from '../windows/registry.ts';
import type { ServiceState } from '../windows/service-manager.ts';

export interface CaProbe {
  /** Of CertSvc; `missing`: this computer is no CA. */
  readonly service: ServiceState;
  /** Absent where no CA is configured. */
  readonly configuration?: CaConfiguration;
}

/** Values below CertSvc\Configuration in the registry; bits that nobody set have the meaning of their default. */
export interface CaConfiguration {
  readonly name: string;
  /** DBFlags 0x4: the CA keeps no logs to back up, so logs-only sets can't be taken. */
  readonly hasCircularLogging: boolean;
  /** RoleSeparationEnabled: whoever has two roles has none. */
  readonly separatesRoles: boolean;
  /** InterfaceFlags without 0x80. */
  readonly allowsLocalBackup: boolean;
  /** InterfaceFlags without 0x40, which is set by default. */
  readonly allowsRemoteBackup: boolean;
}

const configurationKey = String.raw`SYSTEM\CurrentControlSet\Services\CertSvc\Configuration`;
const circularLogging = 0x4;
const [noRemoteBackup, noLocalBackup] = [0x40, 0x80];
/** IF_DEFAULT of certsrv.h. */
const defaultInterfaceFlags = 0x641;

/** @throws `access-denied` when this account may not read the configuration */
export function readCaProbe(registry: Registry, service: ServiceState): CaProbe {
  const configuration = readConfiguration(registry);
  return configuration === undefined ? { service } : { service, configuration };
}

function readConfiguration(registry: Registry): CaConfiguration | undefined {
  const name = registry.text(configurationKey, 'Active');
  if (name === undefined || name === '') return undefined;
  const ca = `${configurationKey}\\${name}`;
  const interfaceFlags = registry.number(ca, 'InterfaceFlags') ?? defaultInterfaceFlags;
  return {
    name,
    hasCircularLogging: ((registry.number(configurationKey, 'DBFlags') ?? 0) & circularLogging) !== 0,
    separatesRoles: (registry.number(ca, 'RoleSeparationEnabled') ?? 0) !== 0,
    allowsLocalBackup: (interfaceFlags & noLocalBackup) === 0,
    allowsRemoteBackup: (interfaceFlags & noRemoteBackup) === 0,
  };
}
