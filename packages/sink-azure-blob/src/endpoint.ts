import { invalidLocation } from './refusals.ts';

const hint =
  'Write the address of the blob service, for example https://account.blob.core.usgovcloudapi.net or, for an emulator, http://127.0.0.1:10000/account.';

/** The blob service of an account in Azure's public cloud. */
export function publicServiceUrl(account: string): URL {
  return new URL(`https://${account}.blob.core.windows.net`);
}

/**
 * The address of an account's blob service. Where the host is an address, the account is the path.
 * @throws `invalid-location`
 */
export function serviceUrl(text: string, account: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw invalidLocation('the endpoint is not an https: URL', hint);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalidLocation('the endpoint has more than a host, a port and a path', hint);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw invalidLocation(`the endpoint ${url.host} is not encrypted`, 'Use https:; http: is for this computer only.');
  }
  const path = url.pathname.replace(/\/$/, '');
  if (path !== '' && path !== `/${account}`) {
    throw invalidLocation(`the endpoint ${url.host} has another path than /${account}`, hint);
  }
  url.pathname = path === '' && isAddress(url.hostname) ? `/${account}` : path;
  return url;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host);
}

function isAddress(host: string): boolean {
  return host === 'localhost' || host.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(host);
}
