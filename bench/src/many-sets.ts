import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Hours between two sets, and sets of a chain: a month of backups, eight a day. */
const SET_HOURS = 3;
const CHAIN_SETS = 240;

/** A set's two objects under `sets/`. */
interface Pattern {
  readonly label: string;
  readonly chain: string;
  readonly ca: string;
  readonly manifest: string;
  readonly outcome: string;
}

/** Fills a new sink with manifests and outcomes like those of the one set in `from`; their data is missing. */
export async function makeManySets(from: string, to: string, count: number): Promise<void> {
  const pattern = await patternIn(from);
  for (let index = 0; index < count; index += 1) {
    const chain = labelTime(index - (index % CHAIN_SETS));
    const label = `${labelTime(index)}-full`;
    const path = join(to, 'sets', pattern.ca, chain, label);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.json`, relabelled(pattern.manifest, pattern, { chain, label }));
    await writeFile(`${path}.outcome.json`, relabelled(pattern.outcome, pattern, { chain, label }));
  }
}

/** `20240101T000000Z` for 0, then each three hours later. */
export function labelTime(index: number): string {
  const time = new Date(Date.UTC(2024, 0, 1) + index * SET_HOURS * 3_600_000);
  return `${time.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

async function patternIn(sink: string): Promise<Pattern> {
  const sets = join(sink, 'sets');
  for (const path of await readdir(sets, { recursive: true })) {
    const [, ca, chain, label] = /^([^/]+)\/([^/]+)\/([^/]+)\.outcome\.json$/.exec(path) ?? [];
    if (ca === undefined || chain === undefined || label === undefined) continue;
    const stem = join(sets, ca, chain, label);
    const manifest = await readFile(`${stem}.json`, 'utf8');
    const outcome = await readFile(`${stem}.outcome.json`, 'utf8');
    return { ca, chain, label, manifest, outcome };
  }
  throw new Error('the sink holds no set to take as a pattern');
}

function relabelled(text: string, pattern: Pattern, { chain, label }: Pick<Pattern, 'chain' | 'label'>): string {
  return text.replaceAll(pattern.label, label).replaceAll(`"${pattern.chain}"`, `"${chain}"`);
}
