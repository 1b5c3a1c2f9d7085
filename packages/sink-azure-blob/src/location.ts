import { closest, isObjectKey } from '@adcs-backup/core/sink';
import { serviceUrl } from './endpoint.ts';
import { invalidLocation } from './refusals.ts';

/** What an `azblob:` URL says. */
export interface AzureBlobLocation {
  readonly account: string;
  readonly container: string;
  /** Before every key, with a `/` between; default: none. */
  readonly prefix?: string | undefined;
  /** The account's blob service; default: that of Azure's public cloud. */
  readonly endpoint?: URL | undefined;
  /** Of new objects; default: the account's own. */
  readonly tier?: AzureBlobTier | undefined;
}

export type AzureBlobTier = 'Hot' | 'Cool' | 'Cold';

const tiers: readonly AzureBlobTier[] = ['Hot', 'Cool', 'Cold'];
const parameters = ['endpoint', 'tier'];
const form = 'azblob://account/container/prefix?endpoint=…&tier=…';
/** Blob names have 1,024 characters and 254 parts at most; the longest keys need 400 and 200 of them. */
const maxPrefixParts = 50;
/** Parameters of shared access signatures. */
const sasParameter =
  /^(?:s[a-z]|sig|sip|spr|srt|sdd|sks?|ske|skt|skv|skoid|sktid|saoid|suoid|scid|rscc|rscd|rsce|rscl|rsct)$/i;

/**
 * Reads a location. Looks at the text only.
 * @throws `invalid-location`; what might hold a secret is not repeated in the message
 */
export function azureBlobLocation(url: URL): AzureBlobLocation {
  if (url.protocol !== 'azblob:') throw invalidLocation(`${url.protocol} is not Azure Blob Storage`, `Write ${form}.`);
  if (url.username !== '' || url.password !== '') throw carriesSecret('a user or password');
  if (url.port !== '' || url.hash !== '')
    throw invalidLocation('an azblob: URL has no port and no #', `Write ${form}.`);
  const query = queryOf(url);
  const [container = '', ...prefixParts] = url.pathname.slice(1).replace(/\/$/, '').split('/');
  const location = { account: url.hostname, container, prefix: prefixParts.join('/') };
  checkNames(location);
  const { endpoint, tier } = query;
  return {
    ...location,
    ...(endpoint === undefined ? {} : { endpoint: serviceUrl(endpoint, location.account) }),
    ...(tier === undefined ? {} : { tier: tierOf(tier) }),
  };
}

/** The location as a URL, for people. */
export function shownLocation({ account, container, prefix, endpoint, tier }: AzureBlobLocation): string {
  const path = prefix === undefined || prefix === '' ? container : `${container}/${prefix}`;
  const query = [
    ...(endpoint === undefined ? [] : [`endpoint=${endpoint.href.replace(/\/$/, '')}`]),
    ...(tier === undefined ? [] : [`tier=${tier}`]),
  ];
  return `azblob://${account}/${path}${query.length === 0 ? '' : '?'}${query.join('&')}`;
}

/** @throws `invalid-location` for names that Azure can't have, or whose objects could have no key */
export function checkNames({ account, container, prefix = '' }: AzureBlobLocation): void {
  if (!/^[a-z0-9]{3,24}$/.test(account)) {
    throw invalidLocation(
      `${JSON.stringify(account)} is not the name of a storage account`,
      `Write ${form}; account names have 3 to 24 lower-case letters and digits.`,
    );
  }
  if (!/^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/.test(container)) {
    throw invalidLocation(
      `${JSON.stringify(container)} is not the name of a container`,
      `Write ${form}; container names have 3 to 63 lower-case letters, digits and single hyphens.`,
    );
  }
  if (prefix !== '' && !(isObjectKey(prefix) && prefix.split('/').length <= maxPrefixParts)) {
    throw invalidLocation(
      `${JSON.stringify(prefix)} can't be the prefix of keys`,
      'Use parts of A-Z a-z 0-9 . _ - joined by /, none ending in a dot, 50 of them at most.',
    );
  }
}

function queryOf(url: URL): { readonly endpoint?: string; readonly tier?: string } {
  const names = [...url.searchParams.keys()];
  const secret = names.find((name) => sasParameter.test(name) || /key|secret|token|password|sas/i.test(name));
  if (secret !== undefined) throw carriesSecret(`the parameter ${secret}`);
  const unknown = names.find((name) => !parameters.includes(name));
  if (unknown !== undefined) {
    const near = closest(unknown, parameters);
    throw invalidLocation(
      `an azblob: URL has no parameter ${JSON.stringify(unknown)}`,
      `${near === undefined ? '' : `Did you mean ${near}? `}Known: ${parameters.join(', ')}.`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw invalidLocation(`the parameter ${twice} is given twice`, `Write ${form}.`);
  return Object.fromEntries(url.searchParams);
}

function tierOf(text: string): AzureBlobTier {
  const tier = tiers.find((name) => name.toLowerCase() === text.toLowerCase());
  if (tier !== undefined) return tier;
  throw invalidLocation(
    `${JSON.stringify(text)} is not a tier for backups`,
    'Use Hot, Cool or Cold: what is archived can be read only hours after it was asked for, and backups read what they wrote.',
  );
}

function carriesSecret(what: string): Error {
  return invalidLocation(
    `the azblob: URL carries ${what}`,
    'Other users can see command lines: put the credentials into AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_KEY or ' +
      'AZURE_STORAGE_CONNECTION_STRING, and take them out of the URL.',
  );
}
