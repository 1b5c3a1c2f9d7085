import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity';

const patienceMs = 60_000;
const storageScope = 'https://storage.azure.com/.default';

/** DefaultAzureCredential, loaded when the first token is needed: it is large, and most ways in don't need it. */
export class LazyTokens implements TokenCredential {
  #credential: Promise<TokenCredential> | undefined;

  /** A token for the storage service, as the sink itself uses it. */
  async storageToken(signal?: AbortSignal): Promise<AccessToken> {
    const token = await this.getToken(storageScope, signal === undefined ? {} : { abortSignal: signal });
    /* v8 ignore next -- @preserve DefaultAzureCredential throws instead */
    if (token === null) throw new Error('no token');
    return token;
  }

  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken | null> {
    this.#credential ??= loadCredential();
    const credential = await this.#credential;
    const limit = AbortSignal.timeout(patienceMs);
    const late = new Promise<never>((_resolve, reject) => {
      limit.addEventListener('abort', () =>
        reject(Object.assign(new Error(`no token in ${patienceMs / 1000} s`), { code: 'ETIMEDOUT' })),
      );
    });
    return await Promise.race([credential.getToken(scopes, options), late]);
  }
}

async function loadCredential(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
