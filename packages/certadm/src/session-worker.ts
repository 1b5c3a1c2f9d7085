/** Entry point of the session's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { CallClock } from './thread/call-clock.ts';
import { createHandlers } from './thread/handlers.ts';
import { serve } from './thread/serve.ts';

const clock = new CallClock(workerData);
/* v8 ignore else -- @preserve it is only ever begun as a thread */
if (parentPort !== null) {
  serve(
    parentPort,
    createHandlers((functionName, call) => clock.timed(functionName, call)),
  );
}
