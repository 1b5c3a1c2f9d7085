import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The page on writing a sink, and the package that it shows. */
export const page: string = await readFile(new URL('../../../docs/writing-a-sink.md', import.meta.url), 'utf8');

/** A name in bold, then the content. */
export const pageFiles: ReadonlyMap<string, string> = new Map(
  [...page.matchAll(/^\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)^```/gms)].map(([, name = '', text = '']) => [name, text]),
);

/** Writes the package as somebody does who follows the page. */
export async function writePageTo(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [name, content] of pageFiles) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}
