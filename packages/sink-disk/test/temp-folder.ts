import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** A folder for one test file; `make` gives a new one inside it, or the one made before by that name. */
export function useTempFolder(): { readonly make: (name: string) => Promise<string> } {
  let root: string | undefined;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'sink-disk-'));
  });
  afterAll(async () => {
    if (root !== undefined) await rm(root, { recursive: true });
  });
  return {
    async make(name) {
      const folder = join(root ?? '', name);
      await mkdir(folder, { recursive: true });
      return folder;
    },
  };
}
