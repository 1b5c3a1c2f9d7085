import { day, type FileCertificate } from '../network/certificate-file.ts';
import { prepareNetwork, type Trust } from '../network/prepare-network.ts';
import { proxyText, usesProxies } from '../network/proxies.ts';
import { type Check, checked, notApplicable, ok, warning } from './check.ts';

/** What doctor says about the way to a sink in a network: whom this computer trusts, which proxy it takes. */

/** Time enough to get another certificate. */
const soonMs = 30 * 86_400_000;

export async function networkChecks(scheme: string, caFile: string | undefined): Promise<readonly Check[]> {
  const proxy = await checked('proxy', async () => proxyCheck(scheme));
  if (proxy.status === 'failed') return [proxy];
  const look = async (): Promise<Check> => trustCheck(prepareNetwork({ scheme, caFile }), caFile, new Date());
  return [proxy, await checked('certificates', look)];
}

function proxyCheck(scheme: string): Check {
  if (usesProxies(scheme)) return ok('proxy', proxyText(process.env));
  return notApplicable('proxy', `whether one is used for ${scheme}: is up to the package that opens it`);
}

function trustCheck({ bundled, system, file }: Trust, caFile: string | undefined, now: Date): Check {
  const trusted = `${bundled} authorities of Node and ${system} of the system are trusted`;
  const usable = file.filter(({ fault }) => fault === undefined);
  const named = usable.map(({ subject, validTo }) => `${subject} until ${day(validTo)}`);
  const message = [trusted, ...(caFile === undefined ? [] : [`and of ${caFile} ${named.join(', ')}`])].join(', ');
  const problems = [...faultsOf(file), ...endings(usable, now)];
  return problems.length === 0 ? ok('certificates', message) : warning('certificates', message, problems.join(' '));
}

function faultsOf(file: readonly FileCertificate[]): string[] {
  return file.flatMap(({ subject, fault }) => (fault === undefined ? [] : [`The certificate ${subject} ${fault}.`]));
}

function endings(usable: readonly FileCertificate[], now: Date): string[] {
  const ending = usable.filter(({ validTo }) => validTo.getTime() - now.getTime() < soonMs);
  return ending.map(({ subject, validTo }) => `The certificate ${subject} ends on ${day(validTo)}: get the next one.`);
}
