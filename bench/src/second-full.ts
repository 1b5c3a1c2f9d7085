import { type Bench, type Places, placeOf } from './bench.ts';
import { copyCa, keepLogs } from './ca-state.ts';
import { listingOf } from './folder.ts';
import { clonePlace, type Place, placeIn } from './place.ts';
import { eachTurn, measureTask } from './rounds.ts';
import { handOut } from './source.ts';
import { secondFull } from './tasks.ts';
import type { Source, Tool, ToolName } from './tool.ts';

/** What the CA did between the two fulls. */
export interface Change {
  /** Of the database's pages, a half of them scattered, a half appended. */
  readonly percent: number;
  readonly databaseBytes: number;
}

const PAGE_BYTES = 4096;

/**
 * Measures a full on top of another, each from the same repository.
 * Resolves with a place for each tool that holds both, and what the second one backed up.
 */
export async function measureSecondFull(bench: Bench, base: Places, change: Change): Promise<Places> {
  const { ca, folders } = bench;
  await copyCa(folders.caAfterFirst, ca.folder);
  const pages = Math.round((change.databaseBytes / PAGE_BYTES) * (change.percent / 100));
  await ca.issueCertificates({ changedPages: Math.ceil(pages / 2), appendedPages: Math.floor(pages / 2) });
  const state = await keepLogs(ca.folder, folders.logs);
  const newest = await clonePlace(placeOf(base, { name: 'adcs-backup' }), folders.newest);
  const source = await handOut(ca, newest, folders.handedOut);
  await eachTurn(bench, async (tool, round) => {
    await state.putBackLogs();
    const task = { task: secondFull(change.percent), round, tool };
    await measureOnTop(bench, { ...task, base: placeOf(base, tool), source });
  });
  const places = new Map<ToolName, Place>();
  for (const tool of bench.tools) {
    const place = placeIn(folders.run(tool.name));
    await tool.verify(place);
    // Ours of the last round holds another session's logs than the handed-out ones.
    places.set(tool.name, tool.name === 'adcs-backup' ? newest : place);
  }
  return places;
}

interface OnTop {
  readonly task: string;
  readonly round: number;
  readonly tool: Tool;
  readonly base: Place;
  readonly source: Source;
}

async function measureOnTop(bench: Bench, { task, round, tool, base, source }: OnTop): Promise<void> {
  const untouched = await listingOf(base.repository);
  const place = await clonePlace(base, bench.folders.run(tool.name));
  const reads = [bench.ca.folder, source.handedOut];
  await measureTask(bench, { task, round, tool, reads, fills: place }, () => tool.backup(place, source));
  if ((await listingOf(base.repository)) !== untouched) {
    throw new Error(`${tool.name} wrote into files of the repository that all rounds begin with`);
  }
}
