/** Values of the registry below HKEY_LOCAL_MACHINE, bound. */
import { AdcsBackupError } from '@adcs-backup/core';
import type { Koffi } from '../binding/koffi.ts';
import { loadSystemLibrary } from './system-library.ts';

export interface Registry {
  /** REG_SZ; undefined where there is no such key or value. @throws `access-denied` */
  text(key: string, name: string): string | undefined;
  /** REG_DWORD; as {@link text}. */
  number(key: string, name: string): number | undefined;
}

const localMachine = 0xffff_ffff_8000_0002n;
const [ofText, ofNumber] = [0x2, 0x10];
const view64 = 0x1_0000;
const [fileNotFound, moreData] = [2, 234];

type GetValue = (root: bigint, key: string, ...rest: [string, number, null, Uint8Array | null, [number]]) => number;

export function bindRegistry(koffi: Koffi): Registry {
  const getValue: GetValue = loadSystemLibrary(koffi, 'advapi32.dll').func(
    'int32_t __stdcall RegGetValueW(void *root, const char16_t *key, const char16_t *name, uint32_t flags, void *type, _Out_ void *data, _Inout_ uint32_t *size)',
  );
  const read = (key: string, name: string, type: number): Buffer | undefined => {
    const size: [number] = [0];
    let error = getValue(localMachine, key, name, type | view64, null, null, size);
    const data = Buffer.alloc(size[0]);
    // A DWORD may be asked for its size as if it had none.
    if (error === 0 || error === moreData) error = getValue(localMachine, key, name, type | view64, null, data, size);
    if (error === fileNotFound) return undefined;
    if (error === 0) return data.subarray(0, size[0]);
    throw new AdcsBackupError('access-denied', `HKLM\\${key}: ${name} can't be read: Windows error ${error}`, {
      hint: 'Run as an administrator of the CA to see its configuration; a backup works without.',
    });
  };
  return {
    text: (key, name) => read(key, name, ofText)?.toString('utf16le').replace(/\0+$/, ''),
    number: (key, name) => read(key, name, ofNumber)?.readUInt32LE(),
  };
}
