/** Opens, prepares, releases: must then end by itself. */
import { defaultServerName, openCertSrv } from '../../src/index.ts';

const [library = ''] = process.argv.slice(2);
const certSrv = await openCertSrv({ library, onStall: () => process.stdout.write('stalled\n') });
await certSrv.prepareBackup(defaultServerName(), 'full');
await certSrv[Symbol.asyncDispose]();
process.stdout.write('released\n');
