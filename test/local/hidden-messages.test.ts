import { describe, expect, it } from 'vitest';
import { findHidden, hiddenSentence } from '../../local/hidden-messages.ts';
import { startQueueBench } from './support/queue-bench.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');

describe('messages that a queue hides', () => {
  it('are counted, with the time at which the last of them is seen again', async () => {
    const { plan, send, receive, hide, remove } = await startQueueBench({ VisibilityTimeout: '30' });
    for (const group of ['a', 'b', 'c', 'd']) await send(group, group);
    const [first, second, third] = await receive({ MaxNumberOfMessages: 3 });
    await hide(second, 600);
    await remove(third);
    const before = Date.now();
    const { count, until } = await findHidden(plan.url, before);
    expect(count).toBe(2);
    expect(until - before).toBeGreaterThan(500_000);
    await hide(first, 0);
    expect((await findHidden(plan.url)).count).toBe(1);
    // Their time is over, though nobody has looked since.
    expect(await findHidden(plan.url, until)).toEqual({ count: 0, until });
  });

  it.each([
    [0, 0, undefined],
    [
      1,
      90_000,
      '1 message is still hidden in the request queue from the last run: it comes back at 10:01:30 UTC, in 90 s.',
    ],
    [
      1240,
      359_500,
      '1240 messages are still hidden in the request queue from the last run: the last comes back at 10:05:59 UTC, in 6 min.',
    ],
  ])('%i for %i ms are told as such', (count, ms, sentence) => {
    expect(hiddenSentence({ count, until: NOW + ms }, NOW)).toBe(sentence);
  });
});
