import type { Limits } from '../ports.ts';
import { type Batch, type BatchCounts, type BatchState, countsOf, stateOf } from './batch.ts';

/** What is announced of a batch that has ended. */
export interface BatchEvent {
  /** Derived from the batch's id, so that consumers recognise an event that is published again. */
  readonly id: string;
  /** The batch's id. */
  readonly groupId: string;
  readonly at: number;
  readonly batch: Batch;
  readonly counts: BatchCounts;
  readonly state: BatchState;
  /** The key of its results file; absent when its file could not be read any more. */
  readonly resultsKey?: string;
}

export function batchFinished(batch: Batch, resultsKey: string | undefined): BatchEvent {
  const facts = { batch, counts: countsOf(batch), state: stateOf(batch), at: batch.finishedAt ?? batch.createdAt };
  const id = `${batch.batchId}.finished`;
  return { id, groupId: batch.batchId, ...facts, ...(resultsKey !== undefined && { resultsKey }) };
}

export interface BatchEvents {
  /** Resolves only when SQS has the event. @throws DependencyUnavailable */
  publish(event: BatchEvent, limits: Limits): Promise<void>;
}
