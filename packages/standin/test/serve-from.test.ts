import { expect, it } from 'vitest';
import { loadLibrary } from './library.ts';
import { begin, temporaryCa, temporaryFolder } from './temporary-ca.ts';

it('a copy of the library in another folder serves the CA that the file beside it names', async () => {
  const ca = await temporaryCa();
  const library = loadLibrary(await ca.serveFrom(await temporaryFolder()));
  const handle = begin(library);
  expect(library.databaseNames(handle).text).toContain(ca.databasePath.replaceAll('/', '\\'));
  library.end(handle);
  library.unload();
  expect((await ca.report()).unloads).toBe(1);
});
