import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Ended, execute } from '@adcs-backup/wine';
import { machine, newFolder, programFolder } from './windows.ts';

/** A console of Windows in which somebody presses keys. */

const source = fileURLToPath(new URL('console.c', import.meta.url));

export interface ConsoleRun {
  readonly ended: Promise<Ended>;
  /** Resolves when the log file has this text. @throws when the run ends without */
  untilLogged(text: string): Promise<void>;
  press(key: 'Ctrl-C' | 'Ctrl-Break'): Promise<void>;
}

/** Runs the installed executable in a console, with a log file. */
export async function inConsole(args: readonly string[]): Promise<ConsoleRun> {
  const folder = await newFolder('Console');
  const [log, keys] = [join(folder.here, 'log.txt'), join(folder.here, 'keys.txt')];
  await execute('x86_64-w64-mingw32-gcc', ['-Wall', '-Wextra', '-o', join(folder.here, 'console.exe'), source]);
  const program = [`${programFolder}\\adcs-backup.exe`, ...args, '--log-file', `${folder.path}\\log.txt`];
  let isOver = false;
  const env = { KEYS: `${folder.path}\\keys.txt` };
  const ended = machine.run(`${folder.path}\\console.exe`, program, { env }).finally(() => {
    isOver = true;
  });
  const untilLogged = async (text: string): Promise<void> => {
    for (;;) {
      const wasOver = isOver;
      const logged = await readFile(log, 'utf8').catch(() => '');
      if (logged.includes(text)) return;
      if (wasOver) throw new Error(`ended without logging ${JSON.stringify(text)}: ${logged}`);
      await setTimeout(20);
    }
  };
  return { ended, untilLogged, press: (key) => appendFile(keys, key === 'Ctrl-C' ? 'C' : 'B') };
}
