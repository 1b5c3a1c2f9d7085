/** The one place where exports of the library are called. */
import { hresultError } from './hresult-error.ts';
import type { CertadmFunctions, CheckedExport, CheckedFunctions, ExportParameters, ListPointer } from './prototypes.ts';

/** Runs `call`, and lets others see that `functionName` runs. */
export type Timed = <Result>(functionName: string, call: () => Result) => Result;

export class NativeCalls {
  readonly #functions: CertadmFunctions;
  readonly #timed: Timed;

  constructor(functions: CertadmFunctions, timed: Timed) {
    this.#functions = functions;
    this.#timed = timed;
  }

  /** @returns the HRESULT, whatever it is */
  status<Name extends CheckedExport>(name: Name, ...parameters: ExportParameters[Name]): number {
    const functions: CheckedFunctions = this.#functions;
    return this.#timed(name, () => functions[name](...parameters));
  }

  /** @throws what the HRESULT means, if it is negative */
  call<Name extends CheckedExport>(name: Name, ...parameters: ExportParameters[Name]): void {
    const hresult = this.status(name, ...parameters);
    if (hresult < 0) {
      throw hresultError(name, hresult);
    }
  }

  free(list: ListPointer): void {
    this.#timed('CertSrvBackupFree', () => this.#functions.CertSrvBackupFree(list));
  }
}
