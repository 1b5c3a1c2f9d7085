/** Names that Windows takes for devices, whatever the extension. */

const deviceName = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(?:\.|$)/i;

/** @param name of a file or folder, without its path */
export function isDeviceName(name: string): boolean {
  return deviceName.test(name);
}
