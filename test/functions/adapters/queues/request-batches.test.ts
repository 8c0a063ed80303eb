import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRequestBatches } from '../../../../functions/adapters/queues/request-batches.ts';
import { plentyOfTime, standingClock } from '../../../support/fixtures.ts';
import { startQueueServer } from '../../../support/queue-server.ts';

const limits = plentyOfTime(standingClock());

let queue: Awaited<ReturnType<typeof startQueueServer>>;
beforeEach(async () => {
  queue = await startQueueServer();
});
afterEach(() => queue.stop());

const request = (requestId: string, imageId: string) => ({
  requestId,
  imageId,
  body: `{"id":"${requestId}"}`,
  traceparent: '00-t',
});

/** One after the other within a group. */
async function receiveAll() {
  const all: Awaited<ReturnType<typeof queue.receive>> = [];
  for (let some = await queue.receive(); some.length > 0; some = await queue.receive()) {
    for (const { ReceiptHandle = '' } of some) await queue.remove(ReceiptHandle);
    all.push(...some);
  }
  return all;
}

describe('a batch of requests', () => {
  it('is sent in the groups of its images, each request deduplicated by its id', async () => {
    const { client, queueUrl } = queue;
    const batches = createRequestBatches({ send: client.send.bind(client), queueUrl });
    const sent = [request('upload:1', 'villa'), request('upload:2', 'villa'), request('upload:3', 'barn')];
    expect(await batches.send(sent, limits)).toEqual([]);
    expect(await batches.send(sent, limits)).toEqual([]);
    const received = await receiveAll();
    const shown = received.map(({ Body, Attributes }) => [
      Body,
      Attributes?.MessageGroupId,
      Attributes?.MessageDeduplicationId,
    ]);
    expect(shown.toSorted()).toEqual(sent.map(({ body, imageId, requestId }) => [body, imageId, requestId]));
  });

  it('of which SQS refuses some says which', async () => {
    const refused = { Failed: [{ Id: '0' }, { Id: '2' }] };
    const batches = createRequestBatches({ send: (async () => refused) as never, queueUrl: queue.queueUrl });
    expect(await batches.send([request('a', 'a'), request('b', 'b'), request('c', 'c')], limits)).toEqual([0, 2]);
  });

  it('is neither sent nor counted while the queue is away', async () => {
    const send = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const batches = createRequestBatches({ send: send as never, queueUrl: queue.queueUrl });
    const away = { code: 'dependency_unavailable', dependency: 'request queue' };
    await expect(batches.send([request('a', 'a')], limits)).rejects.toMatchObject(away);
    await expect(batches.depth(limits)).rejects.toMatchObject(away);
  });
});
