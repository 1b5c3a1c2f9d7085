/** A process of its own: opens a session on the library named by its argument, says so, then waits to be killed. */
import { hostname } from 'node:os';
import { loadLibrary } from './library.ts';

const [path = '', hang] = process.argv.slice(2);
const library = loadLibrary(path);
const { hresult, handle } = library.prepare(hostname(), 1);
process.stdout.write(`${hresult}\n`);
if (hang === 'hang') library.dynamicFiles(handle);
setInterval(() => undefined, 60_000);
