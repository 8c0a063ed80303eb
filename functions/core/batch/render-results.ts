import type { Limits } from '../ports.ts';
import type { Batch } from './batch.ts';

/** A batch's results: its rows as they came, with what has become of each. */
export interface RenderResults {
  /** Where the results stand in the bucket once the batch has ended, and what they are called. */
  fileOf(batch: Batch): { readonly key: string; readonly fileName: string; readonly contentType: string };
  /** The results as they are now; undefined when they are too long for a response. @throws as ReadLines */
  render(batch: Batch, limits: Limits): Promise<string | undefined>;
}
