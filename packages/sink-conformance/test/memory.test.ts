import { describe, it } from 'vitest';
import { testSinkConformance } from '../src/index.ts';
import { subjectOn } from './subject.ts';

testSinkConformance(
  { describe, it },
  subjectOn('memory', (sink) => sink),
);
