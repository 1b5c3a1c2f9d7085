import { AdcsBackupError } from '@adcs-backup/core';

/** Where a sink lies, as somebody typed it. */
export type SinkLocation =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'url'; readonly url: URL; readonly scheme: string };

/** One letter before the colon is a drive of Windows. */
const urlScheme = /^([a-z][a-z0-9+.-]+):/i;
/** Of sinks that have no users: a name there is a mistake, and perhaps a key. Those of packages may have some. */
const withoutUsers = /^(?:file|s3|azblob):$/;
const secretName = /secret|password|passwd|token|signature|^sig$|(?:access|account|api)[-_]?key/i;

/** @throws `invalid-location`; what might hold a secret is not repeated in the message */
export function sinkLocation(text: string): SinkLocation {
  const scheme = urlScheme.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'path', path: text };
  const url = URL.parse(text);
  if (url === null) {
    throw new AdcsBackupError('invalid-location', `the ${scheme}: URL of the sink is malformed`, {
      hint: 'Write a folder like D:\\Backups or /srv/backup, or a URL like file:///srv/backup.',
    });
  }
  refuseSecrets(url);
  return { kind: 'url', url, scheme };
}

function refuseSecrets(url: URL): void {
  const named = [...url.searchParams.keys()].find((name) => secretName.test(name));
  const isLogin = url.password !== '' || (url.username !== '' && withoutUsers.test(url.protocol));
  if (!isLogin && named === undefined) return;
  const what = named === undefined ? 'a user or password' : `the parameter ${named}`;
  throw new AdcsBackupError('invalid-location', `the ${url.protocol} URL of the sink carries ${what}`, {
    hint:
      'Other users can see command lines: put credentials into the environment variables or files of ' +
      "the storage's own tools, for example AWS_ACCESS_KEY_ID or AZURE_CLIENT_ID, and take them out of the URL.",
  });
}
