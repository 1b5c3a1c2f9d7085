/** Whether two names mean the same host. */
import { hostname } from 'node:os';

const ownNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '.']);
/** A NetBIOS name is the first 15 characters of the DNS host name. */
const netbiosLength = 15;

/** The name of this machine, as Certadm takes it. */
export function defaultServerName(): string {
  return hostname();
}

export function isThisHost(name: string): boolean {
  return ownNames.has(name.toLowerCase()) || isSameHost(name, hostname());
}

/** Upper and lower case are the same. A name without a domain stands for that host in any domain. */
export function isSameHost(left: string, right: string): boolean {
  const [a, b] = [normalized(left), normalized(right)];
  if (a.includes('.') && b.includes('.')) {
    return a === b;
  }
  const [shortA, shortB] = [firstLabel(a), firstLabel(b)];
  return shortA === shortB || isNetbiosOf(shortA, shortB) || isNetbiosOf(shortB, shortA);
}

function isNetbiosOf(netbios: string, name: string): boolean {
  return netbios.length === netbiosLength && name.slice(0, netbiosLength) === netbios;
}

function normalized(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function firstLabel(name: string): string {
  return name.replace(/\..*$/, '');
}
