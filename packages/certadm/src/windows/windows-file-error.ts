/** Errors of Windows' own file functions in the form that `node:fs` gives them. */

/** As libuv has them (uv_translate_sys_error). */
const codes: ReadonlyMap<number, string> = new Map([
  [2, 'ENOENT'],
  [3, 'ENOENT'],
  [5, 'EPERM'],
  [19, 'EROFS'],
  [32, 'EBUSY'],
  [53, 'ENOENT'],
  [80, 'EEXIST'],
  [112, 'ENOSPC'],
  [123, 'ENOENT'],
  [183, 'EEXIST'],
  [206, 'ENAMETOOLONG'],
]);

/** @param error what GetLastError said */
export function windowsFileError(error: number, call: string, path: string): Error {
  const code = codes.get(error) ?? 'UNKNOWN';
  return Object.assign(new Error(`${code}: Windows error ${error}, ${call} '${path}'`), { code });
}
