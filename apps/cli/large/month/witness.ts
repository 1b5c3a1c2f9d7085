import { copyFile, link, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { logGeneration } from '@adcs-backup/ese';
import { replayLogs, type StandinCa, stateDigest } from '@adcs-backup/standin';

/** So many logs before the current one are enough to recover a database. */
const LOGS_BEFORE = 4;

/**
 * Knows the state of a CA at the end of each log that is closed while certificates are issued, by nothing but
 * the CA's own files: a copy of its database from a quiet moment, and its logs as they lie on its disk.
 */
export class Witness {
  readonly #ca: StandinCa;
  readonly #folder: string;
  #from = 0;

  private constructor(ca: StandinCa, folder: string) {
    this.#ca = ca;
    this.#folder = folder;
  }

  /** Nothing may be issued now. */
  static async of(ca: StandinCa, folder: string): Promise<Witness> {
    const witness = new Witness(ca, folder);
    await mkdir(folder);
    await copyFile(ca.databasePath, witness.#database);
    const generations = await witness.#generations(ca.logFolder);
    witness.#from = generations.at(-LOGS_BEFORE)?.[0] ?? 0;
    await witness.look();
    return witness;
  }

  get #database(): string {
    return join(this.#folder, 'before.edb');
  }

  /** Keeps hold of the logs that are there now. */
  async look(): Promise<void> {
    const kept = new Set(await readdir(this.#folder));
    for (const [generation, name] of await this.#generations(this.#ca.logFolder)) {
      if (generation < this.#from || kept.has(name)) continue;
      await link(join(this.#ca.logFolder, name), join(this.#folder, name));
    }
  }

  /** When this log was closed. @throws when one before it was gone too fast */
  async stateAt(generation: number): Promise<string> {
    const logs = (await this.#generations(this.#folder)).filter(([each]) => each <= generation);
    await replayLogs(
      this.#database,
      logs.map(([, name]) => join(this.#folder, name)),
    );
    return await stateDigest(this.#database);
  }

  async leave(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  async #generations(folder: string): Promise<(readonly [number, string])[]> {
    const logs = (await readdir(folder)).flatMap((name) => {
      const generation = logGeneration(name);
      return generation === undefined ? [] : [[generation, name] as const];
    });
    return logs.sort(([one], [other]) => one - other);
  }
}
