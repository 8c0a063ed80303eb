import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { PortInUse } from '../../local/ports.ts';
import { startQueues } from '../../local/queues.ts';
import { startQueueBench } from './support/queue-bench.ts';
import { temporaryDirectory } from './support/temporary.ts';

/** A receive that nobody wakes ends by itself after 20 s. */
const sooner = { timeout: 19_000 };

describe('a receive from a FIFO queue', () => {
  it('hands out several messages of a group, in the order in which they were sent', async () => {
    const { send, bodies } = await startQueueBench();
    for (const body of ['1', '2', '3']) await send('a', body);
    expect(await bodies()).toEqual(['1', '2', '3']);
  });

  it('takes all it can of one group before it goes on to the next', async () => {
    const { send, bodies } = await startQueueBench();
    for (const body of ['a1', 'b1', 'a2', 'b2']) await send(body.slice(0, 1), body);
    expect(await bodies({ MaxNumberOfMessages: 3 })).toEqual(['a1', 'a2', 'b1']);
  });

  it('hands out nothing of a group whose first message is in flight, and goes on with other groups', async () => {
    const { send, bodies } = await startQueueBench();
    for (const body of ['a1', 'a2', 'b1']) await send(body.slice(0, 1), body);
    expect(await bodies({ MaxNumberOfMessages: 1 })).toEqual(['a1']);
    expect(await bodies()).toEqual(['b1']);
  });

  it('delivers a head that became visible again, and nothing behind a follower in flight', async () => {
    const { send, receive, hide, bodies } = await startQueueBench();
    for (const body of ['1', '2', '3']) await send('a', body);
    const [head] = await receive({ MaxNumberOfMessages: 2 });
    await hide(head, 0);
    expect(await bodies()).toEqual(['1']);
  });

  it.each([
    ['in their order', [0, 1, 2]],
    ['in reverse', [2, 1, 0]],
    ['the middle one first', [1, 2, 0]],
  ])('keeps the order of messages that are made visible %s', async (_, order) => {
    const { send, receive, hide, bodies } = await startQueueBench();
    for (const body of ['1', '2', '3', '4']) await send('a', body);
    const messages = await receive({ MaxNumberOfMessages: 3 });
    for (const index of order) await hide(messages[index], 0);
    expect(await bodies()).toEqual(['1', '2', '3', '4']);
  });

  it.each([
    ['before', [0, 1, 2]],
    ['after', [1, 2, 0]],
  ])('holds followers back behind a head that is hidden %s they are shown', async (_, order) => {
    const { send, receive, hide, bodies } = await startQueueBench();
    for (const body of ['1', '2', '3']) await send('a', body);
    const messages = await receive({ MaxNumberOfMessages: 3 });
    for (const index of order) {
      await hide(messages[index], index === 0 ? 600 : 0);
      expect(await bodies()).toEqual([]);
    }
    await hide(messages[0], 0);
    expect(await bodies()).toEqual(['1', '2', '3']);
  });

  it('hides a message no longer by the handle with which it was made visible', async () => {
    const { send, receive, hide, bodies } = await startQueueBench();
    await send('a', '1');
    const [message] = await receive();
    await hide(message, 0);
    await expect(hide(message, 30)).rejects.toThrow('not available for visibility timeout change');
    expect(await bodies()).toEqual(['1']);
  });

  it('keeps the order of messages whose time in flight ran out', async () => {
    const { send, bodies } = await startQueueBench();
    for (const body of ['1', '2', '3']) await send('a', body);
    await bodies({ MaxNumberOfMessages: 2, VisibilityTimeout: 1 });
    expect(await bodies({ WaitTimeSeconds: 20 })).toEqual(['1', '2', '3']);
  });

  it('that waits is woken by the delete that frees a group', sooner, async () => {
    const { send, receive, bodies, remove } = await startQueueBench();
    for (const body of ['1', '2']) await send('a', body);
    const [head] = await receive({ MaxNumberOfMessages: 1 });
    const waiting = bodies({ WaitTimeSeconds: 20 });
    await remove(head);
    expect(await waiting).toEqual(['2']);
  });

  it('that waits is woken by a message that is sent', sooner, async () => {
    const { send, bodies } = await startQueueBench();
    const waiting = bodies({ WaitTimeSeconds: 20 });
    await send('a', '1');
    expect(await waiting).toEqual(['1']);
  });

  it('gives the attributes that Lambda hands on', async () => {
    const { send, receive } = await startQueueBench();
    await send('a', 'body', { MessageDeduplicationId: 'once' });
    const [message] = await receive();
    expect(message?.Attributes).toEqual({
      SenderId: expect.stringMatching(/./),
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      MessageGroupId: 'a',
      MessageDeduplicationId: 'once',
      SequenceNumber: expect.stringMatching(/^\d{20}$/),
    });
  });

  it('whose caller went away while it waited leaves its messages as they were', async () => {
    const { client, plan, send, receive, bodies } = await startQueueBench();
    const gone = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl: plan.url, WaitTimeSeconds: 20 });
    const waiting = client.send(command, { abortSignal: gone.signal });
    // Answered after the one that waits has arrived.
    for (let request = 0; request < 3; request += 1) await bodies();
    gone.abort();
    await expect(waiting).rejects.toThrow();
    // Answered after its end has arrived.
    for (let request = 0; request < 3; request += 1) await bodies();
    await send('a', '1');
    const [message] = await receive({ WaitTimeSeconds: 20 });
    expect(message).toMatchObject({ Body: '1', Attributes: { ApproximateReceiveCount: '1' } });
  });
});

describe('a FIFO queue', () => {
  it('moves a message to the dead letters once it was received as often as allowed, and goes on with the next', async () => {
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead.fifo',
      maxReceiveCount: 2,
    });
    const { send, receive, hide, bodies, deadLetters } = await startQueueBench({ RedrivePolicy });
    for (const body of ['poison', 'next']) await send('a', body);
    for (const count of ['1', '2']) {
      const [message] = await receive({ MaxNumberOfMessages: 1 });
      expect(message).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: count } });
      await hide(message, 0);
    }
    expect(await bodies()).toEqual(['next']);
    const [dead] = await receive({ QueueUrl: deadLetters.url });
    expect(dead).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '3', MessageGroupId: 'a' } });
  });

  it('takes the same deduplication id once in each group', async () => {
    const { send, bodies } = await startQueueBench();
    for (const group of ['a', 'b', 'a']) await send(group, group, { MessageDeduplicationId: 'same' });
    expect(await bodies()).toEqual(['a', 'b']);
  });

  it('calls its listener with each message, and keeps the message', async () => {
    const { queues, plan, send, bodies } = await startQueueBench();
    const seen: string[] = [];
    queues.watch(plan.name, (body) => seen.push(body));
    await send('a', '1');
    expect(seen).toEqual(['1']);
    expect(await bodies()).toEqual(['1']);
  });

  it('makes everything in flight visible again, in order, when visibility is ended', async () => {
    const { queues, plan, send, bodies } = await startQueueBench();
    for (const body of ['1', '2']) await send('a', body);
    await bodies();
    queues.endVisibility(plan.name);
    expect(await bodies()).toEqual(['1', '2']);
  });

  it('ends waiting receives when polling ends, and lets no other wait', sooner, async () => {
    const { queues, bodies } = await startQueueBench();
    const waiting = bodies({ WaitTimeSeconds: 20 });
    // Answered after the one that waits has arrived.
    for (let request = 0; request < 3; request += 1) await bodies();
    queues.endPolls();
    expect(await waiting).toEqual([]);
    expect(await bodies({ WaitTimeSeconds: 20 })).toEqual([]);
  });

  it('that is kept has its messages, their order and their receive counts after a restart, under another port', async () => {
    const keep = await temporaryDirectory();
    const before = await startQueueBench({}, { keep });
    for (const body of ['1', '2', '3']) await before.send('a', body);
    const messages = await before.receive({ MaxNumberOfMessages: 2 });
    for (const message of messages) await before.hide(message, 0);
    await before.close();

    const after = await startQueueBench({}, { keep });
    const received = await after.receive();
    expect(received.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount])).toEqual([
      ['1', '2'],
      ['2', '2'],
      ['3', '1'],
    ]);
  });

  it('that is kept hides what was in flight after a restart, too', async () => {
    const keep = await temporaryDirectory();
    const before = await startQueueBench({}, { keep });
    for (const body of ['1', '2']) await before.send('a', body);
    await before.receive({ MaxNumberOfMessages: 1 });
    await before.close();
    const after = await startQueueBench({}, { keep });
    expect(await after.bodies()).toEqual([]);
  });
});

it('a port that is taken is refused in one sentence that names it', async () => {
  const { queues } = await startQueueBench();
  const port = Number(new URL(queues.url).port);
  await expect(startQueues({ port })).rejects.toThrow(PortInUse);
  await expect(startQueues({ port })).rejects.toThrow(
    `port ${port} is needed for SQS, but another program uses it: choose other ports with --port N`,
  );
});
