import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { missingTool, WineMachine } from '@adcs-backup/wine';
import type { TestProject } from 'vitest/node';
import { packageFolder, requireBuilt } from './built-executable.ts';

/** Global set-up of vitest: a Windows machine with the executable installed, for `windows()`. */

declare module 'vitest' {
  interface ProvidedContext {
    readonly wineFolder: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  requireBuilt();
  const reason = await missingTool();
  if (reason !== undefined) throw new Error(`can't run: ${reason}`);
  const machine = await WineMachine.create();
  await cp(packageFolder, join(machine.driveC, 'Program Files', 'adcs-backup'), { recursive: true });
  project.provide('wineFolder', machine.folder);
  return () => machine.remove();
}
