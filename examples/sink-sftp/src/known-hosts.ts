import { createHmac } from 'node:crypto';

/** A host key that somebody has checked and written down. */
export interface KnownKey {
  /** `ssh-ed25519`, `ssh-rsa` and so on. */
  readonly type: string;
  /** As the server sends it. */
  readonly blob: Buffer;
  /** It must never be accepted. */
  readonly isRevoked: boolean;
}

/**
 * The keys of a server in a file of OpenSSH's format (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): plain and hashed
 * names, patterns, `@revoked`. Authorities of certificates are passed over: the client has no use for them.
 */
export function knownKeys(text: string, host: string, port: number): readonly KnownKey[] {
  const name = (port === 22 ? host : `[${host}]:${port}`).toLowerCase();
  return text.split(/\r?\n/).flatMap((line) => {
    const [, marker, hosts = '', type = '', key = ''] =
      /^\s*(?:(@\S+)\s+)?([^#\s]\S*)\s+(\S+)\s+(\S+)/.exec(line) ?? [];
    const isRevoked = marker === '@revoked';
    if ((marker !== undefined && !isRevoked) || !matches(hosts, name)) return [];
    return [{ type, blob: Buffer.from(key, 'base64'), isRevoked }];
  });
}

/** A list of patterns: one must match, and none that begins with `!`. */
function matches(hosts: string, name: string): boolean {
  const patterns = hosts.split(',');
  const refused = patterns.some((pattern) => pattern.startsWith('!') && matchesOne(pattern.slice(1), name));
  return !refused && patterns.some((pattern) => matchesOne(pattern, name));
}

function matchesOne(pattern: string, name: string): boolean {
  const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(pattern) ?? [];
  if (salt !== undefined) {
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  const source = pattern
    .toLowerCase()
    .replaceAll(/[^a-z0-9*?]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
