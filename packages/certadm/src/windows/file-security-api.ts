/** What Windows is asked about the rights on files, and made to make. */
import { AdcsBackupError } from '@adcs-backup/core';
import type { Koffi } from '../binding/koffi.ts';
import { bindFileSecurityFunctions, type FileSecurityFunctions } from './file-security-functions.ts';
import { decodeSid } from './sid.ts';

/** Windows errors are what GetLastError says: 5 is ERROR_ACCESS_DENIED; 0 is success. */
export interface FileSecurityApi {
  /** SID of the account that this process runs as. */
  currentAccount(): string;
  /** `BUILTIN\Users`; undefined for a SID that nobody knows here. */
  nameOf(sid: string): string | undefined;
  /** GetDriveTypeW of a root, `D:\`. */
  driveType(root: string): number;
  /** The self-relative security descriptor with owner and DACL, or a Windows error. */
  descriptorOf(path: string): Uint8Array | number;
  /** Makes a folder with a descriptor in SDDL. @returns a Windows error */
  makeFolder(path: string, sddl: string): number;
  /** Makes a file, empty, with a descriptor in SDDL. @returns a Windows error */
  makeFile(path: string, sddl: string): number;
}

const ownerAndDacl = 0x1 | 0x4;
const genericWrite = 0x4000_0000;
const createNew = 1;
const fileAttributeNormal = 0x80;
const invalidHandle = 0xffff_ffff_ffff_ffffn;
const tokenQuery = 0x8;
/** TOKEN_USER: a pointer to the SID, which lies behind it in the same memory; a SID has 68 bytes at most. */
const tokenUser = 1;
const tokenUserBytes = 16 + 68;
const maxNameLength = 256;

export function bindFileSecurityApi(koffi: Koffi): FileSecurityApi {
  const functions = bindFileSecurityFunctions(koffi);
  return {
    driveType: functions.driveType,
    currentAccount: () => currentAccount(functions, koffi),
    nameOf(sid) {
      const convert = (pointer: [bigint]): number => functions.sidFromText(sid, pointer);
      return withAllocated(functions, convert, (found) => nameOf(functions, found));
    },
    descriptorOf: (path) => descriptorOf(functions, path),
    makeFolder: (path, sddl) =>
      withAttributes(functions, sddl, (attributes) => errorOf(functions, functions.createFolder(path, attributes))),
    makeFile: (path, sddl) => withAttributes(functions, sddl, (attributes) => makeFile(functions, path, attributes)),
  };
}

function descriptorOf(functions: FileSecurityFunctions, path: string): Uint8Array | number {
  const size: [number] = [0];
  functions.fileSecurity(path, ownerAndDacl, null, 0, size);
  const descriptor = new Uint8Array(size[0]);
  const error = errorOf(functions, functions.fileSecurity(path, ownerAndDacl, descriptor, size[0], size));
  return error === 0 ? descriptor : error;
}

function makeFile(functions: FileSecurityFunctions, path: string, attributes: Uint8Array): number {
  const handle = functions.createFile(path, genericWrite, 0, attributes, createNew, fileAttributeNormal, null);
  return errorOf(functions, handle === invalidHandle ? 0 : functions.closeHandle(handle));
}

/** Asked right after the call. */
function errorOf(functions: FileSecurityFunctions, succeeded: number): number {
  return succeeded === 0 ? functions.lastError() : 0;
}

function currentAccount(functions: FileSecurityFunctions, koffi: Koffi): string {
  const token: [bigint] = [0n];
  required(functions, functions.openToken(functions.currentProcess(), tokenQuery, token));
  try {
    const user = Buffer.alloc(tokenUserBytes);
    required(functions, functions.tokenInformation(token[0], tokenUser, user, user.length, [0]));
    return decodeSid(user, Number(user.readBigUInt64LE() - koffi.address(user)));
  } finally {
    functions.closeHandle(token[0]);
  }
}

function nameOf(functions: FileSecurityFunctions, sid: bigint): string | undefined {
  const [name, domain] = [Buffer.alloc(maxNameLength * 2), Buffer.alloc(maxNameLength * 2)];
  const [nameSize, domainSize]: [[number], [number]] = [[maxNameLength], [maxNameLength]];
  if (functions.lookUpAccount(null, sid, name, nameSize, domain, domainSize, [0]) === 0) return undefined;
  const parts = [domain.toString('utf16le', 0, domainSize[0] * 2), name.toString('utf16le', 0, nameSize[0] * 2)];
  return parts.filter((part) => part !== '').join('\\');
}

/** SECURITY_ATTRIBUTES in 64 bits: size, padding, pointer, whether handles are inherited. */
function withAttributes<T>(functions: FileSecurityFunctions, sddl: string, use: (attributes: Uint8Array) => T): T {
  const fill = (pointer: [bigint]): number => functions.descriptorFromText(sddl, 1, pointer, null);
  return withAllocated(functions, fill, (descriptor) => {
    const attributes = Buffer.alloc(24);
    attributes.writeUInt32LE(attributes.length);
    attributes.writeBigUInt64LE(descriptor, 8);
    return use(attributes);
  });
}

/** Uses memory that Windows allocates, then frees it. */
function withAllocated<T>(
  functions: FileSecurityFunctions,
  fill: (pointer: [bigint]) => number,
  use: (pointer: bigint) => T,
): T {
  const pointer: [bigint] = [0n];
  required(functions, fill(pointer));
  try {
    return use(pointer[0]);
  } finally {
    functions.localFree(pointer[0]);
  }
}

function required(functions: FileSecurityFunctions, succeeded: number): void {
  if (succeeded !== 0) return;
  throw new AdcsBackupError('access-denied', `windows does not tell about accounts: error ${functions.lastError()}`);
}
