import { hash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join, win32 } from 'node:path';
import { createCa, type Issuance, type StandinCa } from '@adcs-backup/standin';

/** What a restore must give: SHA-256 by path below the folder, such as `DataBase/edb00001.log`. */
export type Digests = Readonly<Record<string, string>>;

/** The CA that golden repositories are of: small, with everything that a set can hold. */
export class GoldenCa {
  readonly library: string;
  readonly #ca: StandinCa;
  #base: ReadonlyMap<string, string> = new Map();
  #logs: Map<string, string> = new Map();

  constructor(ca: StandinCa) {
    this.#ca = ca;
    this.library = ca.library;
  }

  /** Changes pages, and the CRL with them. */
  async issue(issuance: Issuance): Promise<void> {
    await this.#ca.issueCertificates({ logs: 0, ...issuance });
    const crl = `CRL of the golden CA, with ${JSON.stringify(issuance)}\n`.repeat(40);
    writeFileSync(join(this.#ca.enrollFolder, 'Golden CA.crl'), crl);
  }

  async forgetSession(): Promise<void> {
    await this.#ca.clearReport();
  }

  /** After a full set: what its restore must give, by what was handed out in its session. */
  async restoreOfFull(): Promise<Digests> {
    const handedOut = await this.#handedOut();
    this.#base = new Map([...handedOut].filter(([name]) => !isLog(name)));
    this.#logs = new Map([...handedOut].filter(([name]) => isLog(name)));
    return this.#digests();
  }

  /** After a set of logs: the databases of the last full one, and all logs from its first on. */
  async restoreOfLogsOnly(): Promise<Digests> {
    const first = [...this.#logs.keys()].sort((one, other) => (one < other ? -1 : 1))[0] ?? '';
    for (const [name, sha256] of await this.#handedOut()) {
      if (name >= first && !this.#logs.has(name)) this.#logs.set(name, sha256);
    }
    return this.#digests();
  }

  async #handedOut(): Promise<ReadonlyMap<string, string>> {
    const { digests } = await this.#ca.report();
    return new Map(digests.map(({ path, sha256 }) => [win32.basename(path), sha256]));
  }

  #digests(): Digests {
    const { enrollFolder } = this.#ca;
    const dynamic = readdirSync(enrollFolder).map(
      (name) => [`DynamicFiles/${name}`, hash('sha256', readFileSync(join(enrollFolder, name)))] as const,
    );
    const database = [...this.#base, ...this.#logs].map(([name, sha256]) => [`DataBase/${name}`, sha256] as const);
    const restoreMap = ['DataBase/certbkxp.dat', hash('sha256', this.#restoreMap())] as const;
    return Object.fromEntries([...database, restoreMap, ...dynamic].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** A database is tagged D; the folders of logs and of the checkpoint have tags of their own. */
  #restoreMap(): Uint8Array {
    const folder = `\\\\${hostname()}\\C$${this.#ca.logFolder.replaceAll('/', '\\')}`;
    const databases = this.#ca.databasePaths.map((path) => `D${folder}\\${basename(path)}\0`);
    return Buffer.from(`${databases.join('')}\u0083${folder}\0\u0082${folder}\0\0`, 'utf16le');
  }
}

export async function createGoldenCa(folder: string): Promise<GoldenCa> {
  const ca = await createCa(folder, {
    name: 'Golden CA',
    databaseBytes: 64 * 1024,
    moreDatabases: ['Golden CA archive'],
    logCount: 0,
    checkpointLag: 1,
  });
  await ca.recordDigests(true);
  const { enrollFolder } = ca;
  writeFileSync(join(enrollFolder, 'empty.asp'), '');
  // Blocks of text, of zeros, and a short one.
  const text = Buffer.alloc(65_536, 'certificate of the golden CA\n');
  writeFileSync(join(enrollFolder, 'large.crt'), Buffer.concat([text, Buffer.alloc(65_536), Buffer.from('the end\n')]));
  return new GoldenCa(ca);
}

function isLog(name: string): boolean {
  return name.endsWith('.log');
}
