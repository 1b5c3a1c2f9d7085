/** The file version of a library, from its version resource. */
import type { Koffi } from '../binding/koffi.ts';
import { loadSystemLibrary } from './system-library.ts';

/** @returns `10.0.20348.1`, or undefined for a file without a version */
/* v8 ignore next -- @preserve on Windows alone; `test:wine` goes this way */
export function fileVersion(koffi: Koffi, path: string): string | undefined {
  const version = loadSystemLibrary(koffi, 'version.dll');
  const getSize = version.func(
    'uint32_t __stdcall GetFileVersionInfoSizeW(const char16_t *path, _Out_ uint32_t *zero)',
  );
  const getInfo = version.func(
    'int32_t __stdcall GetFileVersionInfoW(const char16_t *path, uint32_t zero, uint32_t size, _Out_ void *block)',
  );
  const sizeBytes: number = getSize(path, [0]);
  const block = Buffer.alloc(sizeBytes);
  return sizeBytes > 0 && getInfo(path, 0, sizeBytes, block) !== 0 ? fixedFileVersion(block) : undefined;
}

/** @param block of GetFileVersionInfoW: holds a VS_FIXEDFILEINFO, which begins with its signature */
export function fixedFileVersion(block: Buffer): string | undefined {
  const start = block.indexOf(Buffer.from([0xbd, 0x04, 0xef, 0xfe]));
  if (start < 0 || block.length < start + 16) {
    return undefined;
  }
  const [minor, major, revision, build] = [8, 10, 12, 14].map((offset) => block.readUInt16LE(start + offset));
  return `${major}.${minor}.${build}.${revision}`;
}
