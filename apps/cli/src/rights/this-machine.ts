import type { OpenToOthers } from './open-to-others.ts';

/** Rights on the files of this machine: lists on Windows, owners and modes elsewhere. */

/** What only Windows needs: elsewhere a file is closed, and looked at, by its mode. */
export interface WindowsHands {
  /** Makes a folder that administrators, SYSTEM and this account reach, and nobody else. */
  readonly makeFolder: (path: string) => Promise<void>;
  /** Makes such a file, empty. */
  readonly makeFile: (path: string) => Promise<void>;
  /** @throws `key-unusable` when others can read the file */
  readonly refuseReadable: (path: string) => Promise<void>;
}

export function windowsHands(platform: NodeJS.Platform = process.platform): Partial<WindowsHands> {
  if (platform !== 'win32') return {};
  /* v8 ignore start -- @preserve on Windows alone; `test:wine` goes this way */
  return {
    makeFolder: async (path) => (await windowsFiles()).makeClosedFolder(path),
    makeFile: async (path) => (await windowsFiles()).makeClosedFile(path),
    async refuseReadable(path) {
      const { refuseReadableKey } = await import('./windows-rights.ts');
      refuseReadableKey(await windowsFiles(), path);
    },
  };
  /* v8 ignore stop -- @preserve */
}

/** Who besides root, or administrators, and this account may change a file, or what is in a folder. */
export async function changeableByOthers(path: string): Promise<OpenToOthers | undefined> {
  /* v8 ignore start -- @preserve on Windows alone; `test:wine` goes this way */
  if (process.platform === 'win32') {
    const rights = await import('./windows-rights.ts');
    return rights.changeableByOthers(await windowsFiles(), path);
  }
  /* v8 ignore stop -- @preserve */
  const rights = await import('./mode-rights.ts');
  /* v8 ignore next -- @preserve only Windows doesn't tell */
  const me = process.geteuid?.() ?? 0;
  return rights.changeableByOthers(path, [0, me]);
}

/** Who besides its owner, or administrators and this account, may look into a folder. */
export async function readableByOthers(folder: string): Promise<OpenToOthers | undefined> {
  /* v8 ignore start -- @preserve on Windows alone; `test:wine` goes this way */
  if (process.platform === 'win32') {
    const rights = await import('./windows-rights.ts');
    return rights.readableByOthers(await windowsFiles(), folder);
  }
  /* v8 ignore stop -- @preserve */
  const rights = await import('./mode-rights.ts');
  return rights.readableByOthers(folder);
}

/* v8 ignore next -- @preserve on Windows alone */
async function windowsFiles() {
  const { openWindowsFiles } = await import('@adcs-backup/certadm');
  return await openWindowsFiles();
}
