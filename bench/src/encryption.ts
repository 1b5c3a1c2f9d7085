/** What encryption adds to a first full. */
import { generateIdentity } from '@adcs-backup/keys';
import { measureAddedCost } from './added-cost.ts';

const { recipient } = await generateIdentity();

await measureAddedCost({ what: 'encryption', with: { flags: ['--recipient', recipient] }, without: {} });
