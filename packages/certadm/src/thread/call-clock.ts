/** Which native call runs, since when: written by the session's thread, read by the main thread. */
import { exportNames } from '../binding/prototypes.ts';

export interface RunningCall {
  readonly functionName: string;
  /** Unlike that of any other call of this clock. */
  readonly beganAt: bigint;
  readonly elapsedMs: number;
}

const functionNames: readonly string[] = [
  ...exportNames,
  'LoadLibrary',
  'FreeLibrary',
  'CoInitializeEx',
  'CoUninitialize',
];

const beganAtSlot = 0;
const functionSlot = 1;

export class CallClock {
  /** Hand this to the other thread, which makes a clock of its own over it. */
  readonly memory: SharedArrayBuffer;
  readonly #slots: BigInt64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.memory = memory;
    this.#slots = new BigInt64Array(memory);
  }

  /** Runs `call`, visible to {@link running} of the other thread until it returns or throws. */
  timed<Result>(functionName: string, call: () => Result): Result {
    Atomics.store(this.#slots, functionSlot, BigInt(functionNames.indexOf(functionName)));
    Atomics.store(this.#slots, beganAtSlot, process.hrtime.bigint());
    try {
      return call();
    } finally {
      Atomics.store(this.#slots, beganAtSlot, 0n);
    }
  }

  running(): RunningCall | undefined {
    const beganAt = Atomics.load(this.#slots, beganAtSlot);
    const functionName = functionNames[Number(Atomics.load(this.#slots, functionSlot))];
    // Both belong together only if no other call began in between.
    if (beganAt === 0n || functionName === undefined || Atomics.load(this.#slots, beganAtSlot) !== beganAt) {
      return undefined;
    }
    // hrtime is one clock for all threads of the process.
    return { functionName, beganAt, elapsedMs: Number((process.hrtime.bigint() - beganAt) / 1_000_000n) };
  }
}
