import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutcomeEvent } from '../../local/outcomes.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { openBucket } from '../support/uploads.ts';

const PROCESSING_MS = 500;
const LINES = 30;
const WAIT = { interval: 200 };
const SECONDS = { FIRST_LOOK_SECONDS: '1', LOOKS_SECONDS: '1 2 4 6', COMPLETION_WITHIN_SECONDS: '8' };
const example = { enhance_type: 'warm' };

let flow: Flow;
const ends = (events: readonly OutcomeEvent[]) => events.filter(({ type }) => type.startsWith('image.'));
const endsOf = (imageId: string) => ends(flow.events).filter(({ subject }) => subject === imageId);
const idOf = (response: Response) => response.headers.get('reprocess-request-id');
// biome-ignore lint/suspicious/noExplicitAny: each test reads the members that it is about
const read = async (requestId: string | null): Promise<any> => (await flow.fetch(`/v3/requests/${requestId}`)).json();

/** Puts a file of so many images, and waits for the end of its batch. */
async function batchOf(prefix: string): Promise<Record<string, unknown>> {
  const rows = Array.from({ length: LINES }, (_, index) => `${prefix}-${index},warm`);
  await openBucket(flow).put(`requests/${prefix}.csv`, ['image_id,enhance_type', ...rows].join('\n'));
  const [event] = await flow.eventsThat(
    ({ type, data }) => type === 'batch.finished' && JSON.stringify(data).includes(prefix),
  );
  return event?.data as unknown as Record<string, unknown>;
}

describe('without any webhook', () => {
  beforeAll(async () => {
    flow = await startFlow({
      sandbox: { processingMs: PROCESSING_MS },
      schedulesEveryMs: 500,
      variables: { ...SECONDS, EXPECTS_WEBHOOK: 'no', DAILY_LIMIT: 'none' },
    });
  });
  afterAll(() => flow.end());

  it('everything finishes: over HTTP, over the queue, and a batch with all its lines', async () => {
    const id = idOf(await flow.process('over-http', example));
    await flow.queueRequest({ image_id: 'over-sqs', preferences: example, request_id: 'order-7' });
    const batch = await batchOf('swept');
    expect(batch.counts).toMatchObject({ total: LINES, finished: LINES, failed: 0 });
    for (const imageId of ['over-http', 'over-sqs']) {
      await expect.poll(() => endsOf(imageId), WAIT).toHaveLength(1);
      expect(endsOf(imageId)).toMatchObject([{ type: 'image.processed', data: { confirmed: true, warnings: [] } }]);
    }
    expect(await read(id)).toMatchObject({ completion: { event: 'image.processed', confirmed: true } });
    expect(ends(flow.events)).toHaveLength(LINES + 2);
    expect(flow.lines.join()).not.toContain('MissedWebhooks');
  });

  it('an image that failed is published as failed, and one of which nothing is known as unknown', async () => {
    const seen = { status: 200, call: 'read' } as const;
    flow.sandbox.fail({
      kind: 'status',
      ...seen,
      imageId: 'broken',
      body: { status: 'error', status_reason: 'no exposure' },
    });
    flow.sandbox.fail({ kind: 'status', ...seen, imageId: 'stuck', body: { status: 'processing' } });
    const [broken, stuck] = [idOf(await flow.process('broken', example)), idOf(await flow.process('stuck', example))];
    await expect.poll(() => [endsOf('broken').length, endsOf('stuck').length], WAIT).toEqual([1, 1]);
    expect(endsOf('broken')).toMatchObject([{ type: 'image.failed' }]);
    expect(endsOf('stuck')).toMatchObject([{ type: 'image.unknown' }]);
    expect(await read(broken)).toMatchObject({ completion: { event: 'image.failed', status_reason: 'no exposure' } });
    expect(await read(stuck)).toMatchObject({ completion: { event: 'image.unknown', confirmed: null } });
  });
});

describe('with a webhook whose calls are lost, doubled and late', () => {
  beforeAll(async () => {
    flow = await startFlow({
      finishesImages: true,
      sandbox: { processingMs: PROCESSING_MS },
      schedulesEveryMs: 500,
      variables: { ...SECONDS, DAILY_LIMIT: 'none' },
    });
  });
  afterAll(() => flow.end());

  it('everything finishes once, whoever told first', async () => {
    const { webhook } = flow.sandbox;
    webhook.fail({ kind: 'lose', times: LINES / 3 });
    webhook.fail({ kind: 'repeat', copies: 2, times: LINES / 3 });
    webhook.fail({ kind: 'delay', delayMs: 4000, times: LINES / 3 });
    expect((await batchOf('mixed')).counts).toMatchObject({ total: LINES, finished: LINES, failed: 0 });
    const calls = () => webhook.calls().filter(({ status }) => status !== null).length;
    await expect.poll(calls, WAIT).toBe(LINES);
    const subjectsOf = (events: readonly OutcomeEvent[]) => new Set(events.map(({ subject }) => subject)).size;
    expect(subjectsOf(ends(flow.events))).toBe(LINES);
    // On a busy machine the webhook may not get the record or the request in time: then its event says less, and is not the same.
    const certain = ends(flow.events).filter(({ data }) => data.confirmed === true && data.request !== undefined);
    expect(new Set(certain.map(({ id }) => id)).size).toBe(subjectsOf(certain));
  });
});
