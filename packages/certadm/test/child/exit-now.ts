/** Ends the process without ever opening a library. */
import { exitNow } from '../../src/index.ts';

process.on('exit', (code) => process.stdout.write(`exit handler: ${code}\n`));
exitNow(12);
