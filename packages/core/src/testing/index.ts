export {
  type MemoryObject,
  MemorySink,
  type MemorySinkOptions,
  type SinkCall,
  type SinkMethod,
} from './memory-sink.ts';
