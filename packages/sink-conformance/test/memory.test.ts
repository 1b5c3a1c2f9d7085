import { describe, it } from 'vitest';
import { testSinkConformance } from '../src/index.ts';
import { retainingSubject, versioningSubject } from './retaining-sink.ts';
import { subjectOn } from './subject.ts';

testSinkConformance(
  { describe, it },
  subjectOn('MemorySink', ({ sink }) => sink),
);
testSinkConformance({ describe, it }, retainingSubject());
testSinkConformance({ describe, it }, versioningSubject());
