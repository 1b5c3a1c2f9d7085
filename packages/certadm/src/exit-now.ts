/** The end of the process while a native call hangs. */

import { isWindows } from './binding/certadm-library.ts';
import { importKoffi } from './binding/koffi.ts';
import { loadSystemLibrary } from './windows/system-library.ts';

let endProcess: ((code: number) => void) | undefined;

/** Binds what {@link exitNow} needs, so that it needs nothing when it is called. */
export async function prepareExitNow(): Promise<void> {
  /* v8 ignore next -- @preserve on Windows alone; `test:wine` goes this way */
  endProcess ??= isWindows() ? await bindTerminateProcess() : await bindExit();
}

/**
 * Ends the process at once with `code`. `process.exit` waits for every thread, so it would hang as long
 * as the native call of a session does. No handler runs, nothing is flushed, and the CA is told nothing:
 * it may take itself for busy with this backup until it notices.
 */
export function exitNow(code: number): never {
  endProcess?.(code);
  // Reached only if no library was ever opened: then no thread can hang.
  process.exit(code);
}

async function bindExit(): Promise<(code: number) => void> {
  const koffi = await importKoffi();
  return koffi.load(null).func('void _exit(int status)');
}

/* v8 ignore next -- @preserve on Windows alone; `test:wine` goes this way */
async function bindTerminateProcess(): Promise<(code: number) => void> {
  const kernel32 = loadSystemLibrary(await importKoffi(), 'kernel32.dll');
  const getCurrentProcess = kernel32.func('void * __stdcall GetCurrentProcess()');
  const terminateProcess = kernel32.func('int32_t __stdcall TerminateProcess(void *process, uint32_t code)');
  return (code) => terminateProcess(getCurrentProcess(), code);
}
