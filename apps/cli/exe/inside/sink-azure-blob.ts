import type * as SinkAzureBlob from '@adcs-backup/sink-azure-blob';
import { runProgram } from './run-program.ts';

/** Stands for @adcs-backup/sink-azure-blob in the main program. */
export const sinkPlugin: typeof SinkAzureBlob.sinkPlugin = (runProgram('sink-azure-blob') as typeof SinkAzureBlob)
  .sinkPlugin;
