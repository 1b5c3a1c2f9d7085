import { describe, it } from 'vitest';
import { testSinkConformance } from '../src/index.ts';
import { pacingSubject } from './pacing-sink.ts';
import { retainingSubject, unlockedSubject } from './retaining-sink.ts';
import { subjectOn } from './subject.ts';
import { tellingSubject } from './telling-sink.ts';
import { unversionedSubject, versioningSubject } from './versioning-sink.ts';

testSinkConformance(
  { describe, it },
  subjectOn('MemorySink', ({ sink }) => sink),
);
for (const subject of [
  retainingSubject(),
  unlockedSubject(),
  versioningSubject(),
  unversionedSubject(),
  pacingSubject(),
  tellingSubject(),
]) {
  testSinkConformance({ describe, it }, subject);
}
