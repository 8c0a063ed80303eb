import { expect, it } from 'vitest';
import { createWakeFeeder } from '../../../../functions/adapters/event-bus/wake-feeder.ts';
import { plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const limits = plentyOfTime(standingClock());

/** Wakes the feeder by a bus that gives this answer. @returns what the bus was sent */
async function wake(answer: () => Promise<object>) {
  const inputs: object[] = [];
  const send = (async ({ input }: { readonly input: object }) => {
    inputs.push(input);
    return answer();
  }) as never;
  await createWakeFeeder({ send, source: 'reprocess.test' }).wake('b_1', limits);
  return inputs;
}

it('the feeder is woken by an event that names the stage and the batch', async () => {
  const Entry = { Source: 'reprocess.test', DetailType: 'Batch Waiting', Detail: '{"batch_id":"b_1"}' };
  expect(await wake(async () => ({ FailedEntryCount: 0 }))).toEqual([{ Entries: [Entry] }]);
});

it.each([
  ['is away', () => Promise.reject(new Error('connect ECONNREFUSED'))],
  ['does not take the event', async () => ({ FailedEntryCount: 1, Entries: [{ ErrorMessage: 'try again' }] })],
])('a bus that %s has not woken it', async (_, answer) => {
  await expect(wake(answer)).rejects.toMatchObject({ code: 'dependency_unavailable', dependency: 'event bus' });
});
