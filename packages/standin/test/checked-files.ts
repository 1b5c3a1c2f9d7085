/** Checks of whole files for tests: facts of sound ones, failures for others. */
import {
  checkLogSet,
  DatabaseChecker,
  type DatabaseFacts,
  type ExpectedDatabase,
  LogChecker,
  type LogFacts,
} from '@adcs-backup/ese';
import { expect } from 'vitest';

export function databaseFacts(file: Uint8Array, expected: ExpectedDatabase): DatabaseFacts {
  const checker = new DatabaseChecker({ expected });
  checker.feed(file);
  const { findings, facts } = checker.end();
  expect(findings).toEqual([]);
  if (facts === undefined) throw new Error('the database has no header');
  return facts;
}

export function logFacts(file: Uint8Array, expectedGeneration: number | undefined): LogFacts {
  const checker = new LogChecker({ expectedGeneration });
  checker.feed(file);
  const { findings, facts } = checker.end();
  expect(findings).toEqual([]);
  if (facts === undefined) throw new Error('the log has no header');
  return facts;
}

/** What hinders a restore of this database with these logs, in words. */
export function chainFindings(logs: readonly LogFacts[], database: DatabaseFacts): string[] {
  return checkLogSet(logs, database).map(({ message }) => message);
}
