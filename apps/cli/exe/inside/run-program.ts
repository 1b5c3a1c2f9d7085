import { getAsset } from 'node:sea';
import { compileFunction } from 'node:vm';

/**
 * Runs a program that lies in the executable as text. Nobody but who needs it pays for reading and compiling it: with
 * the SDKs in the main program, even --help would.
 * @returns what the CommonJS script exports
 */
export function runProgram(name: string): unknown {
  const module: { readonly exports: unknown } = { exports: {} };
  const run = compileFunction(getAsset(`${name}.cjs`, 'utf8'), ['exports', 'require', 'module'], { filename: name });
  // All but what is built into Node is in the script.
  run(module.exports, (id: string) => process.getBuiltinModule(id), module);
  return module.exports;
}
