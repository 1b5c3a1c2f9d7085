import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { iconImages } from './icon.ts';

/** Makes the executable: Node for Windows with our program, name and icon in it, and nobody's signature. */

export interface ExecutableParts {
  /** node.exe */
  readonly node: Uint8Array;
  readonly blob: Uint8Array;
  /** Of the product: `1.2.3`. */
  readonly version: string;
  readonly copyright: string;
}

const resourceTypeData = 10;
/** US English, which node.exe's own resources are in, and the code page of UTF-16. */
const [language, codePage] = [1033, 1200];
const iconId = 1;
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

export function makeExecutable({ node, blob, ...product }: ExecutableParts): Uint8Array {
  // Parsed without its certificate: what is generated has none, and a checksum of its own.
  const executable = NtExecutable.from(node, { ignoreCert: true });
  const resources = NtExecutableResource.from(executable);
  const { entries } = resources;
  entries.push({ type: resourceTypeData, id: 'NODE_SEA_BLOB', lang: language, codepage: 0, bin: bufferOf(blob) });
  replaceIcon(entries);
  replaceVersion(entries, product);
  resources.outputResource(executable);
  setFuse(executable);
  return new Uint8Array(executable.generate());
}

type Entries = NtExecutableResource['entries'];

function replaceIcon(entries: Entries): void {
  for (const group of Resource.IconGroupEntry.fromEntries(entries)) {
    const isOfGroup = ({ type, id }: Entries[number]): boolean =>
      (type === 14 && id === group.id) || (type === 3 && group.icons.some(({ iconID }) => iconID === id));
    for (const entry of entries.filter(isOfGroup)) entries.splice(entries.indexOf(entry), 1);
  }
  Resource.IconGroupEntry.replaceIconsForResource(entries, iconId, language, [...iconImages()]);
}

function replaceVersion(
  entries: Entries,
  { version, copyright }: Pick<ExecutableParts, 'version' | 'copyright'>,
): void {
  for (const entry of entries.filter(({ type }) => type === 16)) entries.splice(entries.indexOf(entry), 1);
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const info = Resource.VersionInfo.createEmpty();
  info.lang = language;
  info.fixedInfo.fileVersionMS = info.fixedInfo.productVersionMS = (major << 16) | minor;
  info.fixedInfo.fileVersionLS = info.fixedInfo.productVersionLS = patch << 16;
  info.setStringValues(
    { lang: language, codepage: codePage },
    {
      CompanyName: 'The adcs-backup authors',
      ProductName: 'adcs-backup',
      ProductVersion: version,
      FileDescription: 'Online backup of Active Directory Certificate Services',
      FileVersion: version,
      InternalName: 'adcs-backup',
      OriginalFilename: 'adcs-backup.exe',
      LegalCopyright: copyright,
    },
  );
  info.outputToResourceEntries(entries);
}

/** Node looks for a program in its resources if this text in its data ends in 1. */
function setFuse(executable: NtExecutable): void {
  const found = executable.getAllSections().flatMap(({ data }) => {
    const bytes = Buffer.from(data ?? new ArrayBuffer(0));
    const at = bytes.indexOf(`${fuse}:0`);
    return at < 0 ? [] : [{ bytes, at: at + fuse.length + 1 }];
  });
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error('this node.exe is not one that takes a program');
  only.bytes.write('1', only.at);
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}
