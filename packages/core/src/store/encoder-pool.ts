import type { Worker } from 'node:worker_threads';
import type { WorkAnswer } from '../encode-worker.ts';
import { beginEncodeThread } from './begin-encode-thread.ts';
import type { Encoder, EncoderWork } from './encoder.ts';

interface Task {
  readonly resolve: (done: never) => void;
  readonly reject: (reason: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Answers come in the order of the requests. */
  readonly tasks: Task[];
}

/** Works on `width` threads of its own. */
export function encoderPool(width: number): Encoder {
  const threads = Array.from({ length: width }, startThread);
  return {
    width,
    run<N extends keyof EncoderWork>(name: N, ...args: Parameters<EncoderWork[N]>) {
      const thread = threads.reduce((idlest, other) => (other.tasks.length < idlest.tasks.length ? other : idlest));
      return new Promise<ReturnType<EncoderWork[N]>>((resolve, reject) => {
        thread.tasks.push({ resolve, reject });
        thread.worker.postMessage({ name, args });
      });
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(threads.map((thread) => thread.worker.terminate()));
    },
  };
}

function startThread(): Thread {
  const worker = beginEncodeThread();
  const tasks: Task[] = [];
  const failAll = (reason: unknown): void => {
    for (const task of tasks.splice(0)) task.reject(reason);
  };
  worker.on('message', (answer: WorkAnswer) => {
    const task = tasks.shift();
    if ('error' in answer) task?.reject(answer.error);
    else task?.resolve(answer.done as never);
  });
  worker.on('error', failAll);
  worker.on('exit', (code) => failAll(new Error(`an encoding thread ended with code ${code}`)));
  return { worker, tasks };
}
