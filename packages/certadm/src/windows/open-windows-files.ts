/** Rights on the files of this machine. */
import { importKoffi } from '../binding/koffi.ts';
import { bindFileSecurityApi } from './file-security-api.ts';
import { type WindowsFiles, windowsFilesOver } from './windows-files.ts';

let opened: Promise<WindowsFiles> | undefined;

/** On Windows alone. @throws `unsupported-platform` where koffi has no binary */
export async function openWindowsFiles(): Promise<WindowsFiles> {
  opened ??= importKoffi().then((koffi) => windowsFilesOver(bindFileSecurityApi(koffi)));
  return await opened;
}
