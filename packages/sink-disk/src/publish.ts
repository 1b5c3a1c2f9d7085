import { ClaimPublisher, type Publication } from './claim.ts';
import { errnoOf, type FileSystem, tolerate } from './file-system.ts';
import { existsError, isFolderError } from './refusals.ts';

/**
 * What file systems without hard links answer: exFAT and FAT under Linux and Windows (EPERM, EISDIR),
 * FUSE, network shares.
 */
const noLinks = [
  'EPERM',
  'EACCES',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
  'EINVAL',
  'EISDIR',
  'UNKNOWN',
];

/** Gives complete files their final names, never replacing one. */
export class Publisher {
  readonly #fileSystem: FileSystem;
  readonly #claims: ClaimPublisher;
  /** Undefined until the first link was tried. */
  #linksWork: boolean | undefined;

  constructor(fileSystem: FileSystem, claimPatienceMs: number) {
    this.#fileSystem = fileSystem;
    this.#claims = new ClaimPublisher(fileSystem, claimPatienceMs);
  }

  /** Moves `temp` to `target`. @throws `object-exists`, leaving `temp` where it is, as after any failure */
  async publish(publication: Publication): Promise<void> {
    if (this.#linksWork !== false && (await this.#link(publication))) {
      this.#linksWork = true;
      // The object is there, whole: a temp name that can't be removed is only untidy.
      await tolerate(this.#fileSystem.unlink(publication.temp), ['ENOENT', 'EBUSY', 'EPERM', 'EACCES']);
      return;
    }
    this.#linksWork = false;
    await this.#claims.publish(publication);
  }

  /** False where links aren't supported. Rename would replace an object that is already there; link refuses. */
  async #link(publication: Publication): Promise<boolean> {
    try {
      await this.#fileSystem.link(publication.temp, publication.target);
      return true;
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') {
        await this.#checkOwn(publication, error);
        return true;
      }
      if (this.#linksWork === true || !noLinks.includes(errnoOf(error) ?? '')) throw error;
      return false;
    }
  }

  /** NFS may lose the reply and ask again: then "exists" speaks of our own link. */
  async #checkOwn({ what, temp, target }: Publication, exists: unknown): Promise<void> {
    const [ours, found] = await Promise.all(
      [temp, target].map((path) => this.#fileSystem.lstat(path, { bigint: true })),
    );
    if (found?.isDirectory()) throw isFolderError(what);
    if (ours === undefined || found === undefined || found.ino !== ours.ino || found.dev !== ours.dev) {
      throw existsError(what, exists);
    }
  }
}
