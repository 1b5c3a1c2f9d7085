import type { Body } from '../run.ts';

/** Runs a command's body with everything around it; the body is imported when it is wanted. */
export type Start = (command: string, body: Body) => Promise<void>;
