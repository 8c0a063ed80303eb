import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { startEventSource } from '../../chaos/models/event-source.ts';
import type { InvocationResult, Lambda } from '../../chaos/models/lambda.ts';
import { createFifoQueue } from '../../chaos/models/sqs.ts';
import type { Chance } from '../../chaos/random.ts';
import { createBench } from './support/bench.ts';

/** The mapping over a function of which a test says what it answers, and after how long. */
function start(answer: (bodies: readonly string[]) => { failed?: readonly string[] } | 'fails', ms = 100) {
  const bench = createBench();
  const queue = createFifoQueue({ name: 'q', visibilityTimeoutMs: 60_000, retentionMs: 10_000_000 });
  const batches: string[][] = [];
  let underWay = 0;
  let most = 0;
  async function run({ Records }: SQSEvent): Promise<InvocationResult> {
    underWay += 1;
    most = Math.max(most, underWay);
    batches.push(Records.map(({ body }) => body));
    await bench.scheduler.sleep(ms);
    underWay -= 1;
    const answered = answer(Records.map(({ body }) => body));
    if (answered === 'fails') return { kind: 'failed', reason: 'test' };
    const failed = Records.filter(({ body }) => answered.failed?.includes(body));
    const batchItemFailures = failed.map(({ messageId }) => ({ itemIdentifier: messageId }));
    return { kind: 'answered', value: { batchItemFailures } };
  }
  const worker: Pick<Lambda, 'invoke'> = { invoke: (event) => ({ invocation: 1, response: run(event as SQSEvent) }) };
  // Nothing is lost or handed out twice, and every batch may be full.
  const chance: Chance = { ...bench.chance, yes: (share) => share > 0.5 };
  const settings = { concurrency: 2, batchSize: 10, senderOf: () => 'sender' };
  const { ring } = startEventSource({ ...bench, ...settings, queue, worker, chance });
  const send = (groupId: string, body: string) => {
    queue.send({ groupId, body, deduplicationId: body }, bench.scheduler.now());
    ring();
  };
  return { ...bench, queue, batches, send, most: () => most };
}

describe('an event-source mapping', () => {
  it('deletes what was handled', async () => {
    const source = start(() => ({}));
    for (const body of ['a1', 'a2']) source.send('a', body);
    await source.run();
    expect(source.batches).toEqual([['a1', 'a2']]);
    expect(source.queue.nextReceivableAt(source.scheduler.now())).toBeUndefined();
    expect(source.factsOf('deleted')).toHaveLength(2);
  });

  it('leaves what was reported as failed, which comes again when its visibility ends', async () => {
    let deliveries = 0;
    const source = start(() => (deliveries++ === 0 ? { failed: ['a2'] } : {}));
    for (const body of ['a1', 'a2']) source.send('a', body);
    await source.run();
    expect(source.batches).toEqual([['a1', 'a2'], ['a2']]);
    expect(source.scheduler.now()).toBeGreaterThan(60_000);
  });

  it('leaves a whole batch whose function failed', async () => {
    let deliveries = 0;
    const source = start(() => (deliveries++ === 0 ? 'fails' : {}));
    for (const body of ['a1', 'a2']) source.send('a', body);
    await source.run();
    expect(source.batches).toEqual([
      ['a1', 'a2'],
      ['a1', 'a2'],
    ]);
  });

  it('has as many batches under way as its concurrency, and no more', async () => {
    const source = start(() => ({}), 10_000);
    for (let number = 0; number < 50; number += 1) source.send(`group-${number}`, `body-${number}`);
    await source.run();
    expect(source.most()).toBe(2);
    expect(source.batches.flat()).toHaveLength(50);
    expect(Math.max(...source.batches.map((batch) => batch.length))).toBe(10);
  });
});
