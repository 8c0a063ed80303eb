import { expect, it, onTestFinished } from 'vitest';
import type { FailedAttempt } from '../../client/src/contract.ts';
import { startReceiver } from '../support/callback-receiver.ts';
import { startFlow } from '../support/flow.ts';

const PATIENCE = { interval: 200 };

it('a request tells each attempt that failed and how long it waited, and what its partner was told, to its end', async () => {
  const receiver = await startReceiver();
  onTestFinished(receiver.stop);
  const flow = await startFlow({ finishesImages: true, sandbox: { processingMs: 100 }, schedulesEveryMs: 500 });
  await flow.fetch('/v3/callback', { method: 'PUT', body: JSON.stringify({ url: receiver.url }) });
  flow.sandbox.fail({ kind: 'status', status: 429, retryAfter: 1, imageId: 'villa', times: 1 });
  flow.sandbox.fail({ kind: 'status', status: 503, imageId: 'villa', times: 1 });

  const { headers } = await flow.process('villa', { n: 1 }, { prefer: 'respond-async' });
  const path = headers.get('location') ?? '';
  const read = async () => (await flow.fetch(path)).json();
  await expect.poll(read, PATIENCE).toMatchObject({ life: 'finished', attempts: 3 });

  const { failed_attempts: failed } = (await read()) as { readonly failed_attempts: readonly FailedAttempt[] };
  expect(failed.map(({ attempt, code, status }) => [attempt, code, status])).toEqual([
    [1, 'refused_for_now', 429],
    [2, 'refused_for_now', 503],
  ]);
  const calls = flow.sandbox.calls().filter(({ method }) => method === 'POST');
  expect(calls.map(({ status }) => status)).toEqual([429, 503, 200]);
  for (const [index, { at, next_attempt_at }] of failed.entries()) {
    expect(Date.parse(at)).toBeLessThanOrEqual(calls[index]?.receivedAt ?? 0);
    expect(Date.parse(next_attempt_at)).toBeLessThanOrEqual(calls[index + 1]?.receivedAt ?? 0);
    expect(Date.parse(next_attempt_at)).toBeGreaterThan(Date.parse(at));
  }

  const id = path.split('/').at(-1);
  const told = async () => (await flow.fetch(`/v3/callback/deliveries?request_id=${id}`)).json();
  await expect.poll(told, PATIENCE).toMatchObject({
    deliveries: [
      { type: 'image.processed', state: 'delivered' },
      { type: 'reprocess.succeeded', state: 'delivered' },
    ],
  });
  await flow.end();
});
