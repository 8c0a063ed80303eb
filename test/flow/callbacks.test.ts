import { expect, it, onTestFinished } from 'vitest';
import type { OutcomeEvent } from '../../local/outcomes.ts';
import { type ReceivedCallback, startReceiver } from '../support/callback-receiver.ts';
import { startFlow } from '../support/flow.ts';

const IMAGES = ['house', 'garden', 'kitchen'];
const PATIENCE = { interval: 100 };

interface Delivery {
  readonly event_id: string;
  readonly state: string;
  readonly attempts: number;
}

it('a partner whose receiver dies and comes back is told everything, in order for each image, and nobody else is', async () => {
  const receiver = await startReceiver();
  const flow = await startFlow({ finishesImages: true, sandbox: { processingMs: 300 }, schedulesEveryMs: 1000 });
  onTestFinished(async () => {
    await flow.stop(0);
    await receiver.stop();
  });
  const put = await flow.fetch('/v3/callback', { method: 'PUT', body: JSON.stringify({ url: receiver.url }) });
  const { secret } = (await put.json()) as { readonly secret: string };
  receiver.trust(secret);
  receiver.received.length = 0;

  // The first call about each image finds nobody.
  const met = new Set<unknown>();
  receiver.behave(({ event }) => {
    if (met.has(event.subject)) return { status: 204 };
    met.add(event.subject);
    return 'hang_up';
  });
  await flow.queueRequest({ image_id: 'elsewhere', preferences: { n: 1 } });
  for (const n of [1, 2]) {
    for (const image of IMAGES) expect((await flow.process(image, { n })).status).toBe(200);
    // An image that is processed again before its end was seen has one end alone.
    await flow.eventsThat(
      ({ type, subject }) => type === 'image.processed' && IMAGES.includes(subject),
      n * IMAGES.length,
    );
  }
  const batch = JSON.stringify([{ image_id: 'roof', preferences: {} }]);
  await flow.fetch('/v3/batches', { method: 'POST', body: batch });

  const isPartners = ({ subject }: OutcomeEvent) => subject !== 'elsewhere';
  await flow.eventsThat(({ type }) => type === 'batch.finished');
  // Of each request that it was started and that it is finished, and the end of the batch.
  const told = await flow.eventsThat(isPartners, 2 * (2 * IMAGES.length + 1) + 1);
  await expect.poll(() => receiver.received.length, PATIENCE).toBe(told.length);

  const subjects = new Set(told.map(({ subject }) => subject));
  const idsOf = (events: readonly { readonly subject: string; readonly id: string }[]) =>
    Object.fromEntries(
      [...subjects].map((each) => [each, events.filter((e) => e.subject === each).map(({ id }) => id)]),
    );
  expect(idsOf(receiver.received.map(({ event }) => event))).toEqual(idsOf(told));
  expect(receiver.received.map(withoutId)).toEqual(
    expect.arrayContaining(JSON.parse(JSON.stringify(told)).map((event: object) => ({ path: '/hook', event }))),
  );
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(told.length);

  const deliveriesOf = async (query: string) => {
    const shown = await flow.fetch(`/v3/callback/deliveries?${query}`);
    return ((await shown.json()) as { readonly deliveries: readonly Delivery[] }).deliveries;
  };
  const deliveries = await deliveriesOf('limit=100');
  expect(deliveries).toHaveLength(told.length);
  expect(deliveries.filter(({ state }) => state !== 'delivered')).toEqual([]);
  expect(deliveries.filter(({ attempts }) => attempts > 1).length).toBeGreaterThanOrEqual(subjects.size);
  const requestIds = new Set(told.flatMap(({ data }) => data.request?.request_id ?? []));
  expect(requestIds.size).toBe(2 * IMAGES.length + 1);
  for (const id of requestIds) {
    const own = deliveries.filter(({ event_id }) => event_id.startsWith(`${id}.`));
    expect(await deliveriesOf(`request_id=${id}`)).toEqual(own);
  }
  expect(flow.lines.join()).not.toContain(secret);
  await flow.end();
});

const withoutId = ({ id: _, ...callback }: ReceivedCallback) => callback;
