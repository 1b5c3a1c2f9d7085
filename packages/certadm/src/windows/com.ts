/** COM on the session's thread: Certadm reaches the CA through it. */

import { hresultError } from '../binding/hresult-error.ts';
import type { Koffi } from '../binding/koffi.ts';
import type { Timed } from '../binding/native-call.ts';
import { loadSystemLibrary } from './system-library.ts';

const multithreaded = 0;

/** @returns what undoes it, on the same thread */
export function initializeCom(koffi: Koffi, timed: Timed): () => void {
  const ole32 = loadSystemLibrary(koffi, 'ole32.dll');
  const initialize = ole32.func('int32_t __stdcall CoInitializeEx(void *reserved, uint32_t flags)');
  const uninitialize = ole32.func('void __stdcall CoUninitialize()');
  const hresult: number = timed('CoInitializeEx', () => initialize(null, multithreaded));
  if (hresult < 0) {
    throw hresultError('CoInitializeEx', hresult);
  }
  // S_FALSE, already initialised, counts too and must be undone.
  return () => timed('CoUninitialize', () => uninitialize());
}
