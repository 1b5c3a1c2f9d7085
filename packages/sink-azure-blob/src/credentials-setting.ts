import type { SinkSetting } from '@adcs-backup/core/sink';
import type { Credentials } from './credentials.ts';

/** Time enough to renew a signature. */
const soonMs = 14 * 86_400_000;

/** Where the credentials come from, and when they end. */
export async function credentialsSetting(credentials: Credentials, signal?: AbortSignal): Promise<SinkSetting> {
  switch (credentials.kind) {
    case 'account-key':
      return told(`account key from ${credentials.from}: it may do everything, deleting the container included`);
    case 'sas':
      return signature(credentials);
    case 'identity': {
      const token = await credentials.tokens.storageToken(signal);
      return told(
        `Microsoft Entra identity, by ${credentials.from}; its token ends ${iso(token.expiresOnTimestamp)} and is renewed`,
      );
    }
  }
}

function signature({ from, sas }: Credentials & { readonly kind: 'sas' }): SinkSetting {
  const fields = new URLSearchParams(sas);
  const rights = fields.get('sp') === null ? '' : `, rights ${fields.get('sp')}`;
  const text = `shared access signature from ${from}${rights}`;
  const end = Date.parse(fields.get('se') ?? '');
  if (Number.isNaN(end)) return told(`${text}; when it ends is set by the access policy of the container`);
  const leftMs = end - Date.now();
  if (leftMs > soonMs) return told(`${text}; ends ${iso(end)}`);
  const when = leftMs > 0 ? `ends ${iso(end)}` : `ended ${iso(end)}`;
  return {
    ...told(`${text}; ${when}`),
    warning: `The shared access signature ${when}: backups fail from then on; renew it and set ${from} again.`,
  };
}

function told(message: string): SinkSetting {
  return { name: 'credentials', state: 'on', message };
}

function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
