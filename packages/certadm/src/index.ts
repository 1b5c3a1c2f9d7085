export { exitNow } from './exit-now.ts';
export { defaultServerName } from './files/host-name.ts';
export { type OpenCertSrvOptions, openCertSrv } from './open-certsrv.ts';
export { probeCertadm } from './probe.ts';
export type { LibraryProbe, PrivilegeState } from './probe-library.ts';
export type { StallOptions } from './thread/stall-watch.ts';
export { openWindowsFiles } from './windows/open-windows-files.ts';
export type { AccessOfOthers, Account, WindowsFiles } from './windows/windows-files.ts';
