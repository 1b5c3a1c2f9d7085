import { AdcsBackupError } from '@adcs-backup/core';

/** The proxies that the environment names: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`. */

type Environment = Readonly<Record<string, string | undefined>>;

/** A password in the variable never leaves this file. */
interface Proxy {
  readonly variable: string;
  readonly url: URL;
}

/** Sinks from packages may know proxies or not: a variable that they don't look at is no reason to refuse them. */
export function usesProxies(scheme: string): boolean {
  return scheme === 's3' || scheme === 'azblob';
}

/** Where machines get their identity from: Azure Arc on this machine, the metadata services of clouds. */
const neverProxied = ['127.0.0.1', '169.254.169.254'];

/**
 * Finds the fault in a variable before a library takes it for "no proxy".
 * @throws `invalid-configuration` that names the variable, not its value
 */
export function checkProxies(environment: Environment): void {
  proxiesIn(environment);
}

/** Azure's SDK asks even the machine's own identity service through the proxy, which can't know it: excepts them. */
export function exceptIdentityServices(environment: Record<string, string | undefined>): void {
  const given = setting(environment, 'NO_PROXY');
  const all = [...(given === undefined ? [] : [given.value]), ...neverProxied].join(',');
  for (const variable of new Set([given?.variable ?? 'NO_PROXY', 'NO_PROXY'])) environment[variable] = all;
}

/** What is set, for people, without passwords. @throws `invalid-configuration` */
export function proxyText(environment: Environment): string {
  const shown = proxiesIn(environment).map(({ variable, url }) => {
    const login = url.username === '' && url.password === '' ? '' : ', with a user and password';
    return `${variable}: ${url.protocol}//${url.host}${login}`;
  });
  if (shown.length === 0) return 'none: connections are direct';
  const exceptions = setting(environment, 'NO_PROXY')?.value;
  return [...shown, ...(exceptions === undefined ? [] : [`not for ${exceptions}`])].join('; ');
}

function proxiesIn(environment: Environment): readonly Proxy[] {
  return ['HTTPS_PROXY', 'HTTP_PROXY'].flatMap((name) => {
    const found = setting(environment, name);
    return found === undefined ? [] : [{ variable: found.variable, url: proxyUrl(found.variable, found.value) }];
  });
}

interface Setting {
  readonly variable: string;
  readonly value: string;
}

/** Lower case first, as Node and curl have it; on Windows it is all the same. */
function setting(environment: Environment, name: string): Setting | undefined {
  for (const variable of [name.toLowerCase(), name]) {
    const value = environment[variable];
    if (value !== undefined && value !== '') return { variable, value };
  }
  return undefined;
}

function proxyUrl(variable: string, value: string): URL {
  const url = URL.parse(value);
  if (url !== null && /^https?:\/\//.test(value)) return url;
  throw new AdcsBackupError('invalid-configuration', `environment variable ${variable} is not the URL of a proxy`, {
    hint: 'Write it like http://proxy.example.com:8080, or remove it where no proxy is needed.',
  });
}
