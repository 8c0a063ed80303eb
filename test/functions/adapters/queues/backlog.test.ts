import type { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBacklog } from '../../../../functions/adapters/queues/backlog.ts';
import { createRequestQueue } from '../../../../functions/adapters/queues/request-queue.ts';
import { aRequest, listeningLogger, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';
import { startQueueServer } from '../../../support/queue-server.ts';

let queue: Awaited<ReturnType<typeof startQueueServer>>;
beforeEach(async () => {
  queue = await startQueueServer();
});
afterEach(() => queue.stop());

describe('the backlog', () => {
  it('is looked at over the real wire, at most every 5 s', async () => {
    const clock = standingClock();
    let looks = 0;
    const send = ((...given: Parameters<SQSClient['send']>) => {
      looks += 1;
      return queue.client.send(...given);
    }) as SQSClient['send'];
    const isBacklogged = createBacklog({ send, queueUrl: queue.queueUrl, limit: 2, clock, log: listeningLogger() });
    const requests = createRequestQueue({ send: queue.client.send.bind(queue.client), queueUrl: queue.queueUrl });
    const limits = plentyOfTime(clock);
    expect(await isBacklogged(limits)).toBe(false);
    for (let sent = 0; sent < 2; sent += 1) await requests.send(aRequest(), limits);
    // What waits for its time is hidden, and waits all the same.
    expect(await queue.receive()).toHaveLength(2);
    clock.set(NOON + 5000);
    expect(await isBacklogged(limits)).toBe(false);
    await requests.send(aRequest(), limits);
    clock.set(NOON + 9999);
    expect(await isBacklogged(limits)).toBe(false);
    clock.set(NOON + 10_000);
    expect(await isBacklogged(limits)).toBe(true);
    expect(looks).toBe(3);
  });

  it('counts as it was when the queue cannot be looked at', async () => {
    const log = listeningLogger();
    let isAway = true;
    const Attributes = { ApproximateNumberOfMessages: '3', ApproximateNumberOfMessagesNotVisible: '0' };
    const send = (async () => {
      if (isAway) throw new Error('away');
      return { Attributes };
    }) as unknown as SQSClient['send'];
    const clock = standingClock();
    const isBacklogged = createBacklog({ send, queueUrl: queue.queueUrl, limit: 2, clock, log });
    const found: boolean[] = [];
    for (const away of [true, false, true]) {
      isAway = away;
      found.push(await isBacklogged(plentyOfTime(clock)));
      clock.set(clock.now() + 5000);
    }
    expect(found).toEqual([false, true, true]);
    expect(log.lines).toHaveLength(2);
  });

  it('is not looked at more often for a look that failed', async () => {
    let looks = 0;
    const send = (async () => {
      looks += 1;
      throw new Error('away');
    }) as unknown as SQSClient['send'];
    const clock = standingClock();
    const log = listeningLogger();
    const isBacklogged = createBacklog({ send, queueUrl: queue.queueUrl, limit: 2, clock, log });
    for (const at of [NOON, NOON + 4999, NOON + 5000]) {
      clock.set(at);
      await isBacklogged(plentyOfTime(clock));
    }
    expect(looks).toBe(2);
  });
});
