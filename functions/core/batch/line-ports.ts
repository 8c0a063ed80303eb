import type { Limits } from '../ports.ts';
import type { LineLedger } from './feeding/ports.ts';

/** A line that is known to have failed. */
export interface FailedLine {
  readonly line: number;
  /** Of its latest round. */
  readonly requestId: string;
}

/** A batch's lines as the API reads them. Every method throws DependencyUnavailable. */
export interface LineReader extends Pick<LineLedger, 'find' | 'findWhole' | 'hasNewer'> {
  /** The failed lines behind a line, in their order. The index may be a second behind. */
  failed(batchId: string, afterLine: number, most: number, limits: Limits): Promise<readonly FailedLine[]>;
}
