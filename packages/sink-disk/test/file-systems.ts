import type { FileSystem } from '../src/index.ts';

/** An error as node:fs throws it. */
export function systemError(errno: string): Error {
  return Object.assign(new Error(`${errno}: made by the test`), { code: errno });
}

/** A file system that supports no hard links and says so with `errno`. */
export function withoutLinks(fileSystem: FileSystem, errno: string): FileSystem {
  return { ...fileSystem, link: () => Promise.reject(systemError(errno)) };
}

export type Failing = Partial<Record<keyof FileSystem, string>>;

/** A file system whose calls fail with the errno given for each. */
export function failing(fileSystem: FileSystem, calls: Failing): FileSystem {
  const broken = Object.entries(calls).map(([name, errno]) => [name, () => Promise.reject(systemError(errno))]);
  return { ...fileSystem, ...Object.fromEntries(broken) };
}
