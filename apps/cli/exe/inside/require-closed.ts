export function requireClosed(folder: string, path: string): void {
  void folder;
  void path;
}
