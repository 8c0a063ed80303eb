import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeMessage } from '../../../functions/core/request/request-message.ts';
import { createFifoBatch, groupsOf } from '../../../functions/lambda/fifo-batch.ts';
import { NOON, standingClock } from '../../support/fixtures.ts';
import { lambdaContext, sqsEvent, sqsRecord } from '../../support/sqs-event.ts';

it('groups a batch by image, each in the order in which it came', () => {
  const letters = ['a', 'b', 'a', 'c', 'b', 'a'];
  const records = letters.map((letter) => sqsRecord({ image_id: letter, preferences: {} }));
  const ids = records.map(({ messageId }) => messageId);
  const groups = groupsOf(sqsEvent(...records), decodeMessage).map((group) =>
    group.map(({ messageId }) => ids.indexOf(messageId)),
  );
  expect(groups).toEqual([[0, 2, 5], [1, 4], [3]]);
});

it('loses no message of a batch, and no order within an image, whatever comes together', () => {
  const batch = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 10 });
  fc.assert(
    fc.property(batch, (letters) => {
      const records = letters.map((letter) => sqsRecord({ image_id: letter, preferences: {} }));
      const groups = groupsOf(sqsEvent(...records), decodeMessage);
      const inOrder = (letter: string) => records.filter((_, at) => letters[at] === letter);
      const expected = [...new Set(letters)].map((letter) => inOrder(letter).map(({ messageId }) => messageId));
      expect(groups.map((group) => group.map(({ messageId }) => messageId))).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

/** Processes two images' messages, of which those of the second wait. @returns what was done, in its order */
async function processBatch(signal = new AbortController().signal) {
  const steps: string[] = [];
  const handler = createFifoBatch({
    decode: decodeMessage,
    processMessage: async ({ groupId }) => {
      steps.push(`process ${groupId}`);
      return groupId === 'villa' ? { kind: 'done' } : { kind: 'wait', ms: 5000 };
    },
    outcomes: { join: () => () => void steps.push('leave') },
    visibility: { hide: async (_receipt, ms) => void steps.push(`hide for ${ms}`) },
    receiveBudget: { freeReceives: 300, slowedWaitMs: 1 },
    metrics: { flush: () => void steps.push('flush') },
    clock: standingClock(),
    beginBatch: () => async (limits) => void steps.push(`end by ${limits.deadline - NOON}`),
  });
  const records = ['villa', 'barn'].map((image_id) => sqsRecord({ image_id, preferences: {} }));
  const { batchItemFailures } = await handler(sqsEvent(...records), lambdaContext(60_000), { signal });
  return { steps, returned: batchItemFailures.length };
}

it('each image that has nothing more to publish is waited for no longer, and a batch ends with all of its time', async () => {
  const { steps, returned } = await processBatch();
  expect(returned).toBe(1);
  expect(steps.toSorted()).toEqual(
    ['process villa', 'process barn', 'hide for 5000', 'leave', 'leave', 'end by 60000', 'flush'].toSorted(),
  );
  expect(steps.at(-1)).toBe('flush');
  expect(steps.at(-2)).toBe('end by 60000');
});

it('an invocation that was cut off hides nothing: it may go on during the next one, which has the messages by then', async () => {
  const { steps, returned } = await processBatch(AbortSignal.abort());
  expect([steps.filter((step) => step.startsWith('hide')), returned]).toEqual([[], 1]);
});
