import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMessageVisibility } from '../../../../functions/adapters/queues/message-visibility.ts';
import { listeningLogger, plentyOfTime, standingClock } from '../../../support/fixtures.ts';
import { startQueueServer } from '../../../support/queue-server.ts';

const limits = plentyOfTime(standingClock());

let queue: Awaited<ReturnType<typeof startQueueServer>>;
beforeEach(async () => {
  queue = await startQueueServer();
});
afterEach(() => queue.stop());

/** Changes a message's visibility over the real wire. @returns the seconds that SQS was asked for */
async function hide(ms: number, receiptHandle?: string) {
  const { client, queueUrl } = queue;
  const asked: (number | undefined)[] = [];
  const log = listeningLogger();
  client.middlewareStack.add(
    (next) => (args) => {
      asked.push((args.input as { VisibilityTimeout?: number }).VisibilityTimeout);
      return next(args);
    },
    { step: 'initialize' },
  );
  const visibility = createMessageVisibility({ send: client.send.bind(client), queueUrl, log });
  await visibility.hide(receiptHandle ?? (await receiveOne()), ms, limits);
  return { seconds: asked.at(-1), log };
}

async function receiveOne(): Promise<string> {
  const message = { MessageBody: 'a', MessageGroupId: 'a', MessageDeduplicationId: 'a' };
  await queue.client.send(new SendMessageCommand({ QueueUrl: queue.queueUrl, ...message }));
  const command = new ReceiveMessageCommand({ QueueUrl: queue.queueUrl, VisibilityTimeout: 600 });
  return (await queue.client.send(command)).Messages?.[0]?.ReceiptHandle ?? '';
}

it.each([
  [0, 0],
  [1, 1],
  [30_000, 30],
  [30_001, 31],
  [11 * 3_600_000, 39_600],
  // SQS refuses more.
  [13 * 3_600_000, 43_200],
])('a message is hidden for %d ms, rounded up to whole seconds: %d s', async (ms, seconds) => {
  const hidden = await hide(ms);
  expect(hidden).toMatchObject({ seconds, log: { lines: [] } });
  expect(await queue.receive()).toHaveLength(ms === 0 ? 1 : 0);
});

it('a message that cannot be hidden stays hidden by its queue, which is logged', async () => {
  const { log } = await hide(1000, 'no receipt');
  expect(log.lines).toMatchObject([
    { level: 'warn', message: 'the visibility timeout of a message could not be changed' },
  ]);
});
