import type { Limits } from '../../ports.ts';
import type { Batch } from '../batch.ts';
import { uploadOf } from '../batch-file.ts';
import { resultsKey } from '../uploads/report.ts';
import type { WriteResults } from './results.ts';

/** A batch's results: its rows as they came, with what has become of each. */
export interface RenderResults {
  /** Where the results stand in the bucket once the batch has ended, and what they are called. */
  fileOf(batch: Batch): ResultsFile;
  /** The results as they are now; undefined when they are too long for a response. @throws as WriteResults */
  render(batch: Batch, limits: Limits): Promise<string | undefined>;
}

export interface ResultsFile {
  readonly key: string;
  readonly fileName: string;
  readonly contentType: string;
}

/** Lambda answers with 6 MB at most, and the quotes and line breaks of a body count twice. */
const MAX_BYTES = 3 * 1024 * 1024;
/** Each hundred lines cost a read of the ledger, and the whole must fit the time of a call. */
const MAX_LINES = 20_000;

const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

export function createRenderResults(writeResults: WriteResults): RenderResults {
  return {
    fileOf(batch) {
      const key = resultsKey(uploadOf(batch));
      const format = key.split('.').at(-1) ?? '';
      const stem = batch.name.replace(/\.(csv|ndjson|jsonl|json)$/i, '');
      return { key, fileName: `${stem}-results.${format}`, contentType: TYPES[format] ?? 'application/json' };
    },
    async render(batch, limits) {
      if ((batch.check?.total ?? 0) > MAX_LINES) return undefined;
      const pieces: string[] = [];
      let bytes = 0;
      for await (const piece of writeResults(batch, limits)) {
        bytes += Buffer.byteLength(piece);
        if (bytes > MAX_BYTES) return undefined;
        pieces.push(piece);
      }
      return pieces.join('');
    },
  };
}
