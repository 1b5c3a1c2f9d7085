import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf } from '@adcs-backup/sink-conformance';
import { describe, expect, it } from 'vitest';
import { openSink } from './open-sink.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();
const writer = fileURLToPath(new URL('writer.ts', import.meta.url));

function startWriter(...parameters: readonly string[]): ChildProcessByStdio<null, Readable, null> {
  const options = ['--conditions=@adcs-backup/source', '--no-warnings', writer, ...parameters];
  return spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe.each(['links', 'no-links'])('several processes on one folder, %s', (links) => {
  it('never both win a key, and what is stored is what the winner put', { timeout: 60_000 }, async () => {
    const folder = await temp.make(`race ${links}`);
    const names = ['one', 'two', 'three', 'four'];
    const outputs = await Promise.all(
      names.map(async (name) =>
        (await text(startWriter(folder, name, '15', 'shared', links).stdout)).trim().split('\n'),
      ),
    );
    const sink = await openSink(folder);
    for (let index = 0; index < 15; index += 1) {
      const winners = names.filter((_name, writerIndex) => outputs[writerIndex]?.[index] === `won raced/${index}`);
      expect(winners, `raced/${index}`).toHaveLength(1);
      const stored = await sink.get(objectKey(`raced/${index}`));
      expect(bytesOf(`${winners[0]} ${index}`, 1_000_000).equals(stored)).toBe(true);
    }
    expect(outputs.every((lines) => lines.length === 15)).toBe(true);
    expect((await readdir(`${folder}/raced`)).length).toBe(15);
  });

  it('leave whole objects only when killed, and those that were reported', { timeout: 60_000 }, async () => {
    const folder = await temp.make(`killed ${links}`);
    for (let round = 0; round < 6; round += 1) {
      const child = startWriter(folder, `round-${round}`, '1000', 'own', links);
      const reported: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        reported.push(line.replace('won ', ''));
        if (reported.length === 1 + 3 * round) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
      const sink = await openSink(folder);
      const listed: string[] = [];
      for await (const object of sink.list(`round-${round}/`)) {
        listed.push(object.key);
        const stored = await sink.get(object.key);
        expect(bytesOf(object.key.replace('/', ' '), 1_000_000).equals(stored), object.key).toBe(true);
      }
      expect(listed).toEqual(expect.arrayContaining(reported));
    }
  });
});
