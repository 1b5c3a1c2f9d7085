/** One server for all projects of a vitest run that ask for it. */

/** What tests get: how to reach the server, or why there is none. */
export type Provided<Access> = { readonly access: Access } | { readonly missing: string };

export interface ServerKind<Access> {
  /** Why it can't be started here; undefined when it can. */
  missing(): string | undefined;
  start(): Promise<AsyncDisposable & { readonly access: Access }>;
}

/**
 * For `globalSetup` files. These run in vitest's main process, one after the other: the first to {@link join} begins
 * the server, the last to leave ends it.
 */
export class SharedServer<Access> {
  readonly #kind: ServerKind<Access>;
  #server: (AsyncDisposable & { readonly access: Access }) | undefined;
  #projects = 0;

  constructor(kind: ServerKind<Access>) {
    this.#kind = kind;
  }

  /** @returns how to leave */
  async join(provide: (provided: Provided<Access>) => void): Promise<() => Promise<void>> {
    const missing = this.#kind.missing();
    if (missing !== undefined) {
      provide({ missing });
      return () => Promise.resolve();
    }
    this.#server ??= await this.#kind.start();
    this.#projects += 1;
    provide({ access: this.#server.access });
    return () => this.#leave();
  }

  async #leave(): Promise<void> {
    this.#projects -= 1;
    if (this.#projects > 0) return;
    const server = this.#server;
    this.#server = undefined;
    await server?.[Symbol.asyncDispose]();
  }
}
