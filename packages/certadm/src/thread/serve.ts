/** Takes requests from a port, one after another, and answers each. */
import type { MessagePort } from 'node:worker_threads';
import { packError } from './error-transfer.ts';
import type { Handlers, OperationName, Request, Response } from './operations.ts';

export function serve(port: MessagePort, handlers: Handlers): void {
  let previous: Promise<void> = Promise.resolve();
  port.on('message', (request: Request) => {
    previous = previous.then(async () => {
      port.postMessage(await answer(handlers, request));
      if (request.name === 'release') {
        port.close();
      }
    });
  });
}

async function answer<Name extends OperationName>(handlers: Handlers, request: Request<Name>): Promise<Response> {
  try {
    return { succeeded: true, output: await handlers[request.name](request.input) };
  } catch (error) {
    return { succeeded: false, error: packError(error) };
  }
}
