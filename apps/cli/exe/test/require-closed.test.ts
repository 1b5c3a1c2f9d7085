import { expect, it } from 'vitest';
import { closedBelow } from '../inside/require-closed.ts';

const file = '/app/sinks/node_modules/toy/index.js';

it("looks at a file and every folder up to the program's, each once", () => {
  const asked: string[] = [];
  const requireClosed = closedBelow('/app', (path) => {
    asked.push(path);
    return [];
  });
  requireClosed(file);
  requireClosed('/app/sinks/node_modules/toy/other.js');
  expect(asked).toEqual([
    file,
    '/app/sinks/node_modules/toy',
    '/app/sinks/node_modules',
    '/app/sinks',
    '/app',
    '/app/sinks/node_modules/toy/other.js',
  ]);
});

it.each([file, '/app/sinks/node_modules', '/app'])('refuses when others may change %s, each time', (open) => {
  const requireClosed = closedBelow('/app', (path) => (path === open ? ['BUILTIN\\Users', 'S-1-5-21-1'] : []));
  const message = `${open} can be changed by BUILTIN\\Users, S-1-5-21-1: no sink package is loaded from there`;
  for (const _ of [1, 2]) {
    expect(() => requireClosed(file)).toThrow(expect.objectContaining({ code: 'invalid-configuration', message }));
  }
});
