import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Clock, Limits, MessageVisibility, Outcomes } from '../core/ports.ts';
import type { Disposition, ReprocessImage } from '../core/reprocess-image.ts';
import { byGroup, parseRecord, type Received } from './event.ts';

export interface WorkerParts {
  readonly reprocessImage: ReprocessImage;
  readonly outcomes: Outcomes;
  readonly visibility: MessageVisibility;
  readonly clock: Clock;
}

/** New calls start in a batch's first part only: finished messages stay hidden until the whole batch ends. */
const STARTS_FOR_MS = 15_000;

/** Carries out a batch: groups side by side, a group's messages one after the other. */
export function createWorkerHandler({ reprocessImage, outcomes, visibility, clock }: WorkerParts) {
  async function carryOut(message: Received, limits: Limits): Promise<Disposition> {
    if ('request' in message) return reprocessImage.reprocess(message.request, message, limits);
    return reprocessImage.refuse(message.unreadable, message, message.detail, limits);
  }

  /** Returns the messages that must come again: from the first that waits, the rest of the group. */
  async function carryOutGroup(group: readonly Received[], startsUntil: number, limits: Limits) {
    for (const [index, message] of group.entries()) {
      const inTime = clock.now() < startsUntil;
      const disposition: Disposition = inTime ? await carryOut(message, limits) : { kind: 'wait', ms: 0 };
      if (disposition.kind === 'wait') return giveBack(group.slice(index), disposition.ms);
    }
    return [];
  }

  // The head is hidden first: a receive hands out a group only up to its first hidden message, so the followers, visible at
  // once, stay behind it in their order.
  async function giveBack(messages: readonly Received[], ms: number): Promise<readonly Received[]> {
    const [head, ...followers] = messages;
    if (head !== undefined) await visibility.hide(head.receiptHandle, ms);
    await Promise.all(followers.map((follower) => visibility.hide(follower.receiptHandle, 0)));
    return messages;
  }

  return async (event: SQSEvent, context: Context, { signal }: { signal: AbortSignal }): Promise<SQSBatchResponse> => {
    const startedAt = clock.now();
    const limits = { deadline: startedAt + context.getRemainingTimeInMillis(), signal };
    const groups = byGroup(event.Records.map(parseRecord));
    const back = await Promise.all(
      groups.map(async (group) => {
        const leave = outcomes.join();
        return carryOutGroup(group, startedAt + STARTS_FOR_MS, limits).finally(leave);
      }),
    );
    return { batchItemFailures: back.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}
