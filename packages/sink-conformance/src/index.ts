export { bytesOf } from './bytes.ts';
export { type ConformanceCheck, conformanceChecks } from './conformance.ts';
export { keysOf, rejectsWith } from './expect.ts';
export type { ConformanceGroup } from './groups.ts';
export type { PlaceSetUp, SinkFailure, SinkMethod, SinkUnderTest } from './subject.ts';
export { type TestRunner, testSinkConformance } from './test-runner.ts';
