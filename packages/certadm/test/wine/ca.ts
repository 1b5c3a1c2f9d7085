/** Runs as a Windows process: tells how the CA of this machine is set up, as one line of JSON. */
import { probeCa } from '@adcs-backup/certadm';

process.stdout.write(`${JSON.stringify(await probeCa())}\n`);
