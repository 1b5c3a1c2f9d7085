import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Disturbance } from './disturbance.ts';
import {
  emptyList,
  failingCall,
  flippedBit,
  hangingCall,
  harmless,
  serviceAway,
  wrongSize,
} from './engine-disturbances.ts';
import type { RunPlan } from './observed-run.ts';
import { interrupted, killed, sinkFault } from './outer-disturbances.ts';
import type { Scene } from './scene.ts';

/** Each as often as it stands here. */
const kinds = [
  ...['killed', 'killed', 'killed', 'killed', 'killed', 'killed', 'interrupted'],
  ...['call', 'call', 'call', 'flip', 'flip', 'flip', 'harmless', 'harmless', 'sink', 'sink', 'sink'],
  ...['hang', 'list', 'service', 'size'],
] as const;

/** What is done to the next run. */
export async function chooseDisturbance(scene: Scene, plan: Omit<RunPlan, 'disturbance'>): Promise<Disturbance> {
  const { random, place, archive } = scene;
  const kind = random.one(kinds);
  switch (kind) {
    case 'killed':
      return killed(random);
    case 'interrupted':
      return interrupted(random);
    case 'call':
      return failingCall(random);
    case 'harmless':
      return harmless(random);
    case 'sink':
      return sinkFault(random);
    case 'hang':
      return hangingCall(random);
    case 'list':
      return emptyList(random);
    case 'service':
      return serviceAway(random);
    case 'size':
      return wrongSize(random);
    default: {
      const logs = await archive.look();
      const { databasePath } = place.ca;
      const target = {
        databaseName: basename(databasePath),
        databaseBytes: (await stat(databasePath)).size + 4096,
        // The last ones are surely listed: the one that is written to will be closed by the session itself.
        generations: [...logs.slice(-2), (logs.at(-1) ?? 0) + 1],
      };
      return flippedBit(random, { ...plan, disturbance: undefined }, target);
    }
  }
}
