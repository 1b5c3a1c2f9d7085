import type { StandinCa } from '@adcs-backup/standin';
import type { Run } from './figures.ts';
import type { Place } from './place.ts';
import type { Tool, ToolName } from './tool.ts';

/** What all stages share. */
export interface Bench {
  readonly ca: StandinCa;
  readonly rounds: number;
  readonly tools: readonly Tool[];
  readonly folders: Folders;
  readonly record: (run: Run) => void;
}

/** All in one folder, which is removed at the end. */
export interface Folders {
  readonly ca: string;
  /** The CA as it was after its first full. */
  readonly caAfterFirst: string;
  /** The CA's logs as they were before a run. */
  readonly logs: string;
  readonly handedOut: string;
  readonly restored: string;
  /** Our sink, out of which the handed-out files came. */
  readonly newest: string;
  /** Of the tool's run: always the same path, since tools recognise a source or repository by it. */
  run(tool: ToolName): string;
  /** Where a tool's repository with one full is kept. */
  base(tool: ToolName): string;
}

/** A place for each tool. */
export type Places = ReadonlyMap<ToolName, Place>;

/** @throws when the tool has none */
export function placeOf(places: Places, tool: Pick<Tool, 'name'>): Place {
  const place = places.get(tool.name);
  if (place === undefined) throw new Error(`${tool.name} has no place`);
  return place;
}
