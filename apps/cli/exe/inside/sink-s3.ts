import type * as SinkS3 from '@adcs-backup/sink-s3';
import { runProgram } from './run-program.ts';

/** Stands for @adcs-backup/sink-s3 in the main program. */
export const sinkPlugin: typeof SinkS3.sinkPlugin = (runProgram('sink-s3') as typeof SinkS3).sinkPlugin;
