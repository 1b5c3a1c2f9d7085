export { buildStandin, type StandinTarget } from './build.ts';
export { type Comparison, compareRestored, type RestoredFile } from './compare-restored.ts';
export { type CaShape, createCa } from './create-ca.ts';
export { EXPORT_NAMES, type ExportName, type Faults, type FlippedBit, type NthCall } from './faults.ts';
export type { Issuance } from './issue-certificates.ts';
export type { RecordedCall, StandinReport } from './report.ts';
export { openCa, type StandinCa } from './standin-ca.ts';
