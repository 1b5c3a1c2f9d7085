import { rename } from 'node:fs/promises';
import type { Bench, Places } from './bench.ts';
import { copyCa, keepLogs } from './ca-state.ts';
import { emptyPlace, type Place, placeIn } from './place.ts';
import { eachTurn, measureTask } from './rounds.ts';
import { handOut } from './source.ts';
import { FIRST_FULL } from './tasks.ts';
import type { ToolName } from './tool.ts';

/** Measures a first full into an empty repository. Resolves with a place for each tool that holds one full. */
export async function measureFirstFull(bench: Bench): Promise<Places> {
  const { ca, folders } = bench;
  const state = await keepLogs(ca.folder, folders.logs);
  // Our next full continues this one: its sink and the CA as it then was belong together.
  const ours = await emptyPlace(folders.base('adcs-backup'));
  const source = await handOut(ca, ours, folders.handedOut);
  await copyCa(ca.folder, folders.caAfterFirst);
  await eachTurn(bench, async (tool, round) => {
    await state.putBackLogs();
    const place = await emptyPlace(folders.run(tool.name));
    await tool.create(place);
    const reads = [ca.folder, source.handedOut];
    await measureTask(bench, { task: FIRST_FULL, round, tool, reads, fills: place }, () => {
      return tool.backup(place, source);
    });
  });
  const places = new Map<ToolName, Place>([['adcs-backup', ours]]);
  for (const tool of bench.tools) {
    await tool.verify(placeIn(folders.run(tool.name)));
    if (tool.name === 'adcs-backup') continue;
    await rename(folders.run(tool.name), folders.base(tool.name));
    places.set(tool.name, placeIn(folders.base(tool.name)));
  }
  return places;
}
