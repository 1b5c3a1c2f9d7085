/** Hangs in the native call that the fault file names; tells of stalls; ends the process in spite of it. */
import { takeCoverage } from 'node:v8';
import { defaultServerName, exitNow, openCertSrv } from '../../src/index.ts';

const [library = ''] = process.argv.slice(2);
const stallTimeoutMs = 50;
let stalls = 0;

const certSrv = await openCertSrv({
  library,
  stallTimeoutMs,
  onStall(functionName, elapsedMs) {
    stalls += 1;
    process.stdout.write(`stalled in ${functionName}, ${elapsedMs >= stallTimeoutMs ? 'long enough' : 'too early'}\n`);
    // Long enough for a second call of this function, which must not come.
    setTimeout(() => {
      process.stdout.write(`stalls: ${stalls}\n`);
      // Nothing is written down after this.
      takeCoverage();
      exitNow(70);
    }, 4 * stallTimeoutMs);
  },
});
await certSrv.isServerOnline(defaultServerName());
const session = await certSrv.prepareBackup(defaultServerName(), 'full');
const [database] = await session.databaseFiles();
if (database !== undefined) {
  const file = await session.openFile(database);
  await file.read(new Uint8Array(65536));
}
process.stdout.write('nothing hung\n');
