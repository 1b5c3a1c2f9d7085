import { existsSync } from 'node:fs';
import { access, copyFile, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { logFileName } from '@adcs-backup/ese';
import { readCaFiles } from './ca-files.ts';
import { withCaLock } from './ca-lock.ts';
import { type Faults, faultSettings } from './faults.ts';
import { type Issuance, issueCertificates } from './issue-certificates.ts';
import { type CaLayout, layoutOf } from './layout.ts';
import { backUpWithAnotherTool, type OtherBackup } from './other-tool.ts';
import { readReport, type StandinReport } from './report.ts';
import { restoreFrom } from './restore-from.ts';
import { revertTo, saveState } from './saved-state.ts';
import { changeSettings, readSettings, writeSettings } from './settings-file.ts';
import { takeSnapshot } from './snapshot.ts';

/** A stand-in CA: a folder of files, among them the library that serves them. */
export class StandinCa {
  /** Absolute, links resolved. */
  readonly folder: string;
  /** What `--certadm` takes. */
  readonly library: string;
  readonly logFolder: string;
  readonly enrollFolder: string;
  readonly #layout: CaLayout;
  #databaseNames: readonly [string, ...string[]];

  constructor(folder: string, databaseNames: readonly [string, ...string[]]) {
    this.folder = folder;
    const forWindows = join(folder, 'certadm.dll');
    this.library = existsSync(forWindows) ? forWindows : join(folder, 'certadm.so');
    this.#layout = layoutOf(folder);
    this.logFolder = this.#layout.logFolder;
    this.enrollFolder = this.#layout.enrollFolder;
    this.#databaseNames = databaseNames;
  }

  /** The first database, where it lies. */
  get databasePath(): string {
    return join(this.logFolder, this.#databaseNames[0]);
  }

  get databasePaths(): readonly string[] {
    return this.#databaseNames.map((name) => join(this.logFolder, name));
  }

  /**
   * Changes pages, adds pages, fills and closes logs, moves the checkpoint. A backup may go on meanwhile,
   * but no other issuance.
   */
  async issueCertificates(issuance: Issuance = {}): Promise<void> {
    await issueCertificates(this.#layout, issuance);
  }

  /** From the next call on; earlier faults are forgotten and calls counted anew. */
  async setFaults(faults: Faults): Promise<void> {
    writeSettings(this.#layout.faults, faultSettings(faults));
  }

  async clearFaults(): Promise<void> {
    await rm(this.#layout.faults, { force: true });
  }

  /**
   * Puts a copy of the library into another folder, as the system directory has one, which serves this CA, too.
   * @param seenAs this CA's folder as the library sees it: a path of Windows under Wine
   */
  async serveFrom(folder: string, seenAs: string = this.folder): Promise<string> {
    const copy = join(folder, basename(this.library));
    await copyFile(this.library, copy);
    await writeFile(join(folder, 'certadm-serves.txt'), seenAs);
    return copy;
  }

  /** Puts a copy of a real database in the place of all others, served byte for byte. */
  async serveFile(path: string): Promise<void> {
    await copyFile(path, join(this.logFolder, basename(path)));
    await this.#change('database', basename(path));
    await this.#change('raw', 1);
    this.#databaseNames = [basename(path)];
  }

  /** Whether the SHA-256 of what is handed out is recorded. Slow: off at first. */
  async recordDigests(on: boolean): Promise<void> {
    await this.#change('digest', Number(on));
  }

  /** Whether damage on the disk fails reads, as in an engine; without, it is handed out like anything else. */
  async checkReads(on: boolean): Promise<void> {
    await this.#change('unchecked', Number(!on));
  }

  /** Deletes a closed log, as somebody might who needs the space. */
  async removeLog(generation: number): Promise<void> {
    await rm(join(this.logFolder, logFileName(generation)));
  }

  /** Puts a closed log of another CA in place of our own of that generation. */
  async putLogOf(other: StandinCa, generation: number): Promise<void> {
    const name = logFileName(generation);
    await access(join(this.logFolder, name));
    await copyFile(join(other.logFolder, name), join(this.logFolder, name));
  }

  /** With circular logging, sessions for logs only are refused, and logs below the checkpoint go when one is closed. */
  async useCircularLogging(on: boolean): Promise<void> {
    await this.#change('circularLogging', Number(on));
  }

  /**
   * What the databases remember after a full backup by volume shadow copy: logs-only sessions are then
   * refused. On a real CA it deletes the logs below the checkpoint, too: here only if asked for.
   */
  async takeSnapshot(options: { readonly truncate?: boolean } = {}): Promise<void> {
    await withCaLock(this.#layout, () => takeSnapshot(readCaFiles(this.#layout), options));
  }

  /** Leaves what a streaming backup by another tool leaves. @throws when the engine would refuse it */
  async backUpWithAnotherTool(backup: OtherBackup): Promise<void> {
    await withCaLock(this.#layout, () => backUpWithAnotherTool(readCaFiles(this.#layout), backup));
  }

  /** Copies all files into a new folder, as a snapshot of the virtual machine does. Nothing may be issued meanwhile. */
  async saveState(folder: string): Promise<void> {
    await saveState(this.#layout, folder);
  }

  /** Goes back to what was saved: the logs written from now on have numbers that others had. */
  async revertTo(folder: string): Promise<void> {
    await revertTo(this.#layout, folder);
  }

  /**
   * Replaces databases and logs with those of a backup, and recovers them: what `certutil -f -restoreDB`
   * and the next start of the service leave.
   * @param databaseFolder the folder `DataBase`, with a streaming copy of each database, its logs, and `certbkxp.dat`
   * @throws when the engine would refuse it; the CA is as it was then
   */
  async restoreFrom(databaseFolder: string): Promise<void> {
    await restoreFrom(this.#layout, databaseFolder);
  }

  async report(): Promise<StandinReport> {
    return await readReport(this.#layout.record);
  }

  async clearReport(): Promise<void> {
    await rm(this.#layout.record, { force: true });
  }

  async #change(key: string, value: string | number): Promise<void> {
    await withCaLock(this.#layout, () => changeSettings(this.#layout.state, [[key, value]]));
  }
}

/** Opens a CA that was made before. */
export async function openCa(folder: string): Promise<StandinCa> {
  const real = await realpath(folder);
  const settings = readSettings(layoutOf(real).state).filter(([key]) => key === 'database');
  const [first, ...others] = settings.map(([, name]) => String(name));
  if (first === undefined) throw new Error(`${folder} is not a stand-in CA: its state names no database`);
  return new StandinCa(real, [first, ...others]);
}
