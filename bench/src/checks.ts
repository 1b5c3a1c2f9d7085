/** What the check of every page and log adds to a first full. */
import { fileURLToPath } from 'node:url';
import { measureAddedCost } from './added-cost.ts';

const withoutChecks = fileURLToPath(new URL('./without-checks.ts', import.meta.url));

await measureAddedCost({ what: 'the check', with: {}, without: { nodeArgs: ['--import', withoutChecks] } });
