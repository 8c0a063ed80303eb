import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { expect, it, onTestFinished } from 'vitest';
import { startEventSource } from '../../local/event-sources.ts';
import type { InvocationResult } from '../../local/lambda/execution-environment.ts';
import type { EventSourcePlan } from '../../local/service-plan.ts';
import { startQueueBench } from './support/queue-bench.ts';

const DONE: InvocationResult = { payload: '{"batchItemFailures":[]}' };
const failed = (...records: readonly (SQSRecord | undefined)[]): InvocationResult => ({
  payload: JSON.stringify({ batchItemFailures: records.map((record) => ({ itemIdentifier: record?.messageId })) }),
});
const bodiesOf = ({ Records }: SQSEvent) => Records.map(({ body }) => body);

interface Invocation {
  readonly event: SQSEvent;
  answer(answer: InvocationResult): void;
}

/** An event source whose invocations a test takes one by one, and answers when it likes. */
async function startBench({
  attributes = {},
  plan = {},
}: {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly plan?: Partial<EventSourcePlan>;
} = {}) {
  const bench = await startQueueBench(attributes);
  const invocations: Invocation[] = [];
  const takers: ((invocation: Invocation) => void)[] = [];
  const invoke = (event: unknown) => {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    const invocation = { event: event as SQSEvent, answer: resolve };
    const taker = takers.shift();
    if (taker === undefined) invocations.push(invocation);
    else taker(invocation);
    return promise;
  };
  const usual = {
    queueName: 'work.fifo',
    functionName: 'worker',
    batchSize: 10,
    maximumConcurrency: 2,
    reportsItemFailures: true,
  };
  const begin = () => {
    const source = startEventSource({ plan: { ...usual, ...plan }, queue: bench.plan, sqs: bench.client, invoke });
    const stop = (graceMs: number) => {
      const stopped = source.stop(graceMs);
      bench.queues.endPolls();
      return stopped;
    };
    onTestFinished(() => stop(0));
    return Object.assign(stop, { ended: source.ended });
  };
  return {
    ...bench,
    begin,
    /** The next invocation, once there is one. */
    next(): Promise<Invocation> {
      const invocation = invocations.shift();
      return invocation === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(invocation);
    },
    endVisibility: () => bench.queues.endVisibility(bench.plan.name),
    /** What the queue holds. Its answer comes after those to all receives that were sent before. */
    async counts() {
      const AttributeNames = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
      const { client, plan: queue } = bench;
      const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames }));
      return {
        visible: Attributes?.ApproximateNumberOfMessages,
        inFlight: Attributes?.ApproximateNumberOfMessagesNotVisible,
      };
    },
  };
}

it('a function is handed a message in the form in which Lambda gives it', async () => {
  const { begin, next, send } = await startBench();
  begin();
  const text = { DataType: 'String', StringValue: 'value' };
  const binary = { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) };
  const { MessageId } = await send('house', 'the body', {
    MessageDeduplicationId: 'once',
    MessageAttributes: { text, binary },
  });
  const { event, answer } = await next();
  expect(event).toEqual({
    Records: [
      {
        messageId: MessageId,
        receiptHandle: expect.stringMatching(/./),
        body: 'the body',
        attributes: {
          ApproximateReceiveCount: '1',
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.stringMatching(/./),
          MessageGroupId: 'house',
          MessageDeduplicationId: 'once',
          SequenceNumber: expect.stringMatching(/^\d{20}$/),
        },
        messageAttributes: {
          text: { stringValue: 'value', stringListValues: [], binaryListValues: [], dataType: 'String' },
          binary: { binaryValue: 'AQID', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
        },
        md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work.fifo',
        awsRegion: 'us-east-1',
      },
    ],
  });
  answer(DONE);
});

it('several records of a group come in one batch, in order, and no more of them than the batch size', async () => {
  const { begin, next, send } = await startBench({ plan: { batchSize: 3 } });
  for (const body of ['1', '2', '3', '4']) await send('house', body);
  begin();
  const first = await next();
  expect(bodiesOf(first.event)).toEqual(['1', '2', '3']);
  first.answer(DONE);
  const second = await next();
  expect(bodiesOf(second.event)).toEqual(['4']);
  second.answer(DONE);
});

it('what was handled is deleted, and what failed comes again when its visibility ends, before its followers', async () => {
  const { begin, next, send, counts, endVisibility } = await startBench();
  for (const body of ['1', '2', '3']) await send('house', body);
  begin();
  const first = await next();
  first.answer(failed(first.event.Records[1], first.event.Records[2]));
  await expect.poll(counts).toEqual({ visible: '0', inFlight: '2' });
  endVisibility();
  const second = await next();
  expect(bodiesOf(second.event)).toEqual(['2', '3']);
  expect(second.event.Records.map(({ attributes }) => attributes.ApproximateReceiveCount)).toEqual(['2', '2']);
  second.answer(DONE);
});

it('what failed and was made visible by the function comes again at once', async () => {
  const { begin, next, send, hide } = await startBench({ attributes: { VisibilityTimeout: '600' } });
  await send('house', '1');
  begin();
  const first = await next();
  const [record] = first.event.Records;
  await hide({ ReceiptHandle: record?.receiptHandle }, 0);
  first.answer(failed(record));
  const second = await next();
  expect(bodiesOf(second.event)).toEqual(['1']);
  second.answer(DONE);
});

it.each([
  ['the function throws', (): InvocationResult => ({ error: { errorType: 'Error', errorMessage: 'no' } })],
  [
    'it reports a message that is not in the batch',
    (): InvocationResult => failed({ messageId: 'nobody' } as SQSRecord),
  ],
  ['it reports a failure without an id', (): InvocationResult => failed(undefined)],
])('the whole batch comes again when %s', async (_, answer) => {
  const { begin, next, send, endVisibility } = await startBench();
  for (const body of ['1', '2']) await send('house', body);
  begin();
  (await next()).answer(answer());
  endVisibility();
  const second = await next();
  expect(bodiesOf(second.event)).toEqual(['1', '2']);
  second.answer(DONE);
});

it('as many batches run side by side as the maximum concurrency allows, and no more', async () => {
  const { begin, next, send, counts } = await startBench({ plan: { batchSize: 1, maximumConcurrency: 2 } });
  for (const group of ['a', 'b', 'c', 'd']) await send(group, group);
  begin();
  const [first, second] = [await next(), await next()];
  expect(await counts()).toEqual({ visible: '2', inFlight: '2' });
  first.answer(DONE);
  const third = await next();
  expect(bodiesOf(third.event)).toEqual(['c']);
  for (const { answer } of [second, third]) answer(DONE);
  (await next()).answer(DONE);
});

it('while a batch of a group is in flight, other groups go on and that group waits', async () => {
  const { begin, next, send } = await startBench();
  begin();
  await send('a', 'a1');
  const first = await next();
  await send('a', 'a2');
  await send('b', 'b1');
  const second = await next();
  expect(bodiesOf(second.event)).toEqual(['b1']);
  second.answer(DONE);
  first.answer(DONE);
  const third = await next();
  expect(bodiesOf(third.event)).toEqual(['a2']);
  third.answer(DONE);
});

it('stopping waits for the batch under way, and deletes what it handled', async () => {
  const { begin, next, send, counts } = await startBench();
  const stop = begin();
  await send('house', '1');
  const invocation = await next();
  let isStopped = false;
  const stopped = stop(20_000).then(() => {
    isStopped = true;
  });
  expect(await counts()).toEqual({ visible: '0', inFlight: '1' });
  expect(isStopped).toBe(false);
  invocation.answer(DONE);
  await stopped;
  expect(await counts()).toEqual({ visible: '0', inFlight: '0' });
});

it('stopping gives up on a batch that does not end in time', async () => {
  const { begin, next, send } = await startBench();
  const stop = begin();
  await send('house', '1');
  await next();
  await expect(stop(50)).resolves.toBeUndefined();
});

it('has ended once the last batch has its result, and its handled messages are deleted', async () => {
  const { begin, next, send, counts } = await startBench();
  const stop = begin();
  await send('house', '1');
  const invocation = await next();
  let hasEnded = false;
  const ended = stop.ended.then(() => {
    hasEnded = true;
  });
  await stop(0);
  expect(await counts()).toEqual({ visible: '0', inFlight: '1' });
  expect(hasEnded).toBe(false);
  invocation.answer(DONE);
  await ended;
  expect(await counts()).toEqual({ visible: '0', inFlight: '0' });
});

it('what is sent after stopping is left for others, untouched', async () => {
  const { begin, send, receive } = await startBench();
  await begin()(20_000);
  await send('house', '1');
  const [message] = await receive();
  expect(message).toMatchObject({ Body: '1', Attributes: { ApproximateReceiveCount: '1' } });
});

it('a queue that cannot be used is told of, and asked again', async () => {
  const { client, plan: queue, queues, send } = await startQueueBench();
  await send('house', '1');
  let isAway = true;
  client.middlewareStack.add(
    (next) => async (call) => {
      if (!isAway) return next(call);
      isAway = false;
      throw new Error('not now');
    },
    { step: 'initialize' },
  );
  const plan = { queueName: queue.name, functionName: 'worker', batchSize: 10, maximumConcurrency: 1 };
  const lines: string[] = [];
  const bodies = await new Promise<readonly string[]>((resolve) => {
    const source = startEventSource({
      plan: { ...plan, reportsItemFailures: true },
      queue,
      sqs: client,
      invoke: async (event) => {
        resolve(bodiesOf(event as SQSEvent));
        return DONE;
      },
      log: (line) => lines.push(line),
    });
    onTestFinished(async () => {
      const stopped = source.stop(20_000);
      queues.endPolls();
      await stopped;
    });
  });
  expect([bodies, lines]).toEqual([['1'], [`the event source of worker could not use ${queue.name}: Error: not now`]]);
});
