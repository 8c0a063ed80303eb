import type { AccountCalls } from '../core/budget/account-calls.ts';
import type { Limits, Metrics } from '../core/ports.ts';
import type { Disposition } from '../core/processing/delivery.ts';
import type { ReprocessImage } from '../core/processing/reprocess-image.ts';
import { decodeMessage, type Received } from '../core/request/request-message.ts';
import { createFifoBatch, type FifoBatchParts } from '../lambda/fifo-batch.ts';

export interface WorkerParts
  extends Omit<FifoBatchParts<Received>, 'decode' | 'processMessage' | 'beginBatch' | 'recordReturnedAge'> {
  readonly metrics: Metrics;
  readonly reprocessImage: ReprocessImage;
  readonly calls: Pick<AccountCalls, 'begin'>;
}

/** Calls the endpoint for each request of a batch and publishes the outcomes. */
export function createWorkerHandler({ reprocessImage, calls, ...parts }: WorkerParts) {
  const processMessage = (message: Received, limits: Limits): Promise<Disposition> =>
    'request' in message
      ? reprocessImage.reprocess(message.request, message, limits)
      : reprocessImage.refuse(message.unreadable, message, message.detail, limits);
  const recordReturnedAge = (ms: number) => parts.metrics.count('ReturnedAge', ms);
  const beginBatch = (messages: readonly Received[], limits: Limits) =>
    calls.begin(
      messages.flatMap((message) => ('request' in message ? [message.request] : [])),
      limits,
    );
  return createFifoBatch({ ...parts, decode: decodeMessage, processMessage, beginBatch, recordReturnedAge });
}
