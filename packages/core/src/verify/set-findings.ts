import { isMapKey, type ManifestPlace, manifestKey, outcomeKey, SETS_PREFIX, signatureKey } from '../store/layout.ts';
import { type OlderVersion, OlderVersions } from '../store/older-versions.ts';
import { isStoredFault } from '../store/stored-fault.ts';
import type { Finding, FindingCode } from './finding.ts';

/** What is wrong with one set: grows while it is checked. */
export class SetFindings {
  /** For all that is read of the set: what is read from an older version is a finding. */
  readonly olderVersions: OlderVersions = new OlderVersions((found) => this.#tellOlder(found));
  readonly #findings: Finding[] = [];
  /** What an older version of an object is to be called, by its key. */
  readonly #codes: Map<string, FindingCode>;

  constructor(place: ManifestPlace) {
    const [manifest, outcome] = [manifestKey(place), outcomeKey(place)];
    this.#codes = new Map([
      [manifest, 'manifest-invalid'],
      [outcome, 'outcome-invalid'],
      [signatureKey(manifest), 'signature-invalid'],
      [signatureKey(outcome), 'signature-invalid'],
    ]);
  }

  get all(): readonly Finding[] {
    return this.#findings;
  }

  add(finding: Finding): void {
    this.#findings.push(finding);
  }

  /** The result, or undefined when the set is at fault: then a finding says so. */
  async orFinding<T>(read: () => Promise<T>, about: Pick<Finding, 'code' | 'key'>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!isStoredFault(error)) throw error;
      const code = error.code === 'signature-invalid' ? error.code : about.code;
      this.add({ ...about, code, message: error.message });
      return undefined;
    }
  }

  /** Something that the listing shows: an older version may be there all the same. */
  async addListed(fault: Finding, read: () => Promise<unknown>): Promise<void> {
    this.#codes.set(fault.key, fault.code);
    await this.orFinding(read, fault);
  }

  #tellOlder({ key, version, modifiedAt, fault }: OlderVersion): void {
    const code = this.#codeOf(key);
    if (code === undefined) return;
    const message = `${fault}; version ${version} of ${modifiedAt.toISOString()} holds the right bytes: a restore reads it`;
    this.add({ code, key, message, olderVersion: { version, modifiedAt } });
  }

  /** Undefined for the manifest of another set, which has findings of its own. */
  #codeOf(key: string): FindingCode | undefined {
    const code = this.#codes.get(key);
    if (code !== undefined || key.startsWith(SETS_PREFIX)) return code;
    if (key.endsWith('.minisig')) return 'signature-invalid';
    if (key.endsWith('/begin.json')) return 'begin-invalid';
    return isMapKey(key) ? 'map-invalid' : 'pack-damaged';
  }
}
