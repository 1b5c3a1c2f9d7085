export { execute, missingTool, windowsNode } from './tools.ts';
export { type Ended, type RunOptions, WineMachine } from './wine-machine.ts';
