import type { HandedBatch } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';
import type { Flash } from './flash.ts';

/** What is said on the page of a batch that sends failed lines again. */
export function retryFlash(made: HandedBatch): Flash {
  const { left_out = [], left_out_count = left_out.length } = made;
  const details = left_out.map(
    ({ line, reason }) => `${line === undefined ? '' : `${texts.check.line} ${line}: `}${reason}`,
  );
  return {
    batchId: made.batch_id,
    note: made.note ?? texts.batch.retried(made.counts.total),
    ...(left_out_count > 0 && { details: [texts.batch.leftOut(left_out_count), ...details] }),
  };
}
