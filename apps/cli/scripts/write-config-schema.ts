import { writeFileSync } from 'node:fs';
import { configSchemaText } from '../src/settings/schema.ts';

/** Writes docs/config.schema.json. */
writeFileSync(new URL('../../../docs/config.schema.json', import.meta.url), configSchemaText());
