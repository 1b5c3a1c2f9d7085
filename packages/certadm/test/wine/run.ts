/** Proves on Windows' own Node, under Wine, what only it can show: the binding of Certadm, files as Windows has them. */

import { missingTool } from '@adcs-backup/wine';
import { checkBinding } from './binding-checks.ts';
import { checkCa } from './ca-checks.ts';
import { failedChecks } from './check.ts';
import { checkFiles } from './file-checks.ts';
import { NodeMachine } from './machine.ts';

const reason = await missingTool();
if (reason === undefined) {
  const machine = await NodeMachine.create();
  try {
    await checkBinding(machine);
    await checkFiles(machine);
    await checkCa(machine);
  } finally {
    await machine.remove();
  }
  const failed = failedChecks();
  process.stdout.write(failed === 0 ? 'all of it works under Windows Node\n' : `${failed} checks failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
} else {
  process.stderr.write(`can't run: ${reason}\n`);
  process.exitCode = 1;
}
