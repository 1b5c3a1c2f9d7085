/** What a `doctor` command needs to know of the CA of this computer. */
import { isWindows } from '../binding/certadm-library.ts';
import { importKoffi } from '../binding/koffi.ts';
import { bindRegistry } from '../windows/registry.ts';
import { serviceState } from '../windows/service-manager.ts';
import { type CaProbe, readCaProbe } from './ca-probe.ts';

/**
 * Reads the registry and the state of the service; asks nothing of the CA itself. Undefined elsewhere than on Windows.
 * @throws `access-denied`
 */
export async function probeCa(): Promise<CaProbe | undefined> {
  if (!isWindows()) return undefined;
  /* v8 ignore start -- @preserve on Windows alone; `test:wine` goes this way */
  const koffi = await importKoffi();
  return readCaProbe(bindRegistry(koffi), serviceState(koffi, 'CertSvc'));
  /* v8 ignore stop -- @preserve */
}
