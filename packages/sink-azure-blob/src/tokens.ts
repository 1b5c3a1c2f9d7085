import { setTimeout } from 'node:timers/promises';
import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity';
import { abortable } from './abortable.ts';

const storageScope = 'https://storage.azure.com/.default';

export interface TokenSource {
  /** Where the tokens come from; default: DefaultAzureCredential. */
  readonly load?: () => Promise<TokenCredential>;
  /** How long one may take, in milliseconds; default 60,000. */
  readonly patienceMs?: number;
}

/** An identity that is looked for when the first token is needed: the package for it is large, most sinks need none. */
export class LazyTokens implements TokenCredential {
  readonly #load: () => Promise<TokenCredential>;
  readonly #patienceMs: number;
  #credential: TokenCredential | undefined;

  constructor({ load = loadDefault, patienceMs = 60_000 }: TokenSource = {}) {
    this.#load = load;
    this.#patienceMs = patienceMs;
  }

  /** A token for the storage service, as the sink itself uses it. */
  async storageToken(signal?: AbortSignal): Promise<AccessToken> {
    const token = await this.getToken(storageScope, abortable(signal));
    /* v8 ignore next -- @preserve DefaultAzureCredential throws instead */
    if (token === null) throw new Error('no token');
    return token;
  }

  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken | null> {
    this.#credential ??= await this.#load();
    const done = new AbortController();
    try {
      return await Promise.race([this.#credential.getToken(scopes, options), this.#late(done.signal)]);
    } finally {
      done.abort();
    }
  }

  async #late(signal: AbortSignal): Promise<never> {
    await setTimeout(this.#patienceMs, undefined, { signal });
    throw Object.assign(new Error(`no token in ${this.#patienceMs / 1000} s`), { code: 'ETIMEDOUT' });
  }
}

async function loadDefault(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
