import { rm } from 'node:fs/promises';
import { type Bench, type Places, placeOf } from './bench.ts';
import { contentOf } from './folder.ts';
import { eachTurn, measureTask } from './rounds.ts';
import { RESTORE, VERIFY } from './tasks.ts';

/** Measures reading all that two fulls have stored, then writing the newer one into a folder. */
export async function measureReading(bench: Bench, places: Places): Promise<void> {
  const { restored, handedOut } = bench.folders;
  await eachTurn(bench, async (tool, round) => {
    const place = placeOf(places, tool);
    await measureTask(bench, { task: VERIFY, round, tool, reads: [place.repository] }, () => tool.verify(place));
  });
  const original = await contentOf(handedOut);
  await eachTurn(bench, async (tool, round) => {
    const place = placeOf(places, tool);
    await measureTask(bench, { task: RESTORE, round, tool, reads: [place.repository] }, () => {
      return tool.restore(place, restored);
    });
    if ((await contentOf(restored)) !== original) {
      throw new Error(`${tool.name} restored other files than were backed up`);
    }
    await rm(restored, { recursive: true });
  });
}
