export { type Fault, type FaultKind, FaultySink } from './faulty-sink.ts';
export {
  type MemoryObject,
  MemorySink,
  type MemorySinkOptions,
  type SinkCall,
  type SinkMethod,
} from './memory-sink.ts';
export type { ScriptedCa, ScriptedCall } from './scripted-ca.ts';
export { ScriptedCertSrv } from './scripted-cert-srv.ts';
