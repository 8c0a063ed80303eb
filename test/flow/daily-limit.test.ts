import { afterEach, expect, it } from 'vitest';
import { windowAt } from '../../functions/core/budget/window.ts';
import { type Flow, startFlow } from '../support/flow.ts';

let flow: Flow;
afterEach(() => flow.end());

const EVERY_MS = 6000;
const limit = (calls: number) => ({ DAILY_LIMIT: String(calls), DAILY_RESET: `every ${EVERY_MS / 1000} s` });

// biome-ignore lint/suspicious/noExplicitAny: what the contract says of it is checked with each call
const read = async (path: string): Promise<any> => (await flow.fetch(path)).json();

/** The current window and those before it. */
async function windows(): Promise<readonly { readonly used: number; readonly failed_for_limit: number }[]> {
  const { history, ...now } = await read('/v3/budget');
  return [now, ...history];
}

function callsByWindow(calls = flow.sandbox.calls()): readonly number[] {
  const windows = Map.groupBy(calls, (call) => windowAt({ everyMs: EVERY_MS }, call.receivedAt).start);
  return [...windows.values()].map(({ length }) => length);
}

it('finishes all requests, and in no window calls more often than the limit', async () => {
  flow = await startFlow({ variables: limit(8) });
  const images = Array.from({ length: 20 }, (_, index) => `image-${index}`);
  await Promise.all(images.map((image_id) => flow.queueRequest({ image_id, preferences: { enhance: true } })));
  const events = await flow.eventsThat(() => true, 20);
  expect(events.map(({ type, data }) => [type, data.attempts])).toEqual(Array(20).fill(['reprocess.succeeded', 1]));
  const calls = callsByWindow();
  expect(calls.reduce((sum, count) => sum + count, 0)).toBe(20);
  expect(Math.max(...calls)).toBeLessThanOrEqual(8);
  expect(flow.lines.filter((line) => line.includes('"waits_for":{"reason":"daily_limit"')).length).toBeGreaterThan(0);
  expect(Math.max(...(await windows()).map(({ used }) => used))).toBeLessThanOrEqual(8);
});

it('pauses for what Autoenhance says, sends again what failed for it, and lets one call probe', async () => {
  // The sandbox's own limit is a UTC day's: whatever is called after the third ends in an error.
  const sandbox = { dailyLimit: 3, processingMs: 700 };
  flow = await startFlow({ sandbox, finishesImages: true, variables: limit(1000) });
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((image) => flow.process(image, {})));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const [failed] = await flow.eventsThat(({ type }) => type === 'image.failed');
  const first = `/v3/requests/${failed?.data.request?.request_id}`;
  await expect.poll(() => read(first)).toMatchObject({ again_as: expect.stringMatching(/^http:/) });
  const processed = () => flow.sandbox.calls().filter(({ method }) => method === 'POST');
  // After the reset only this call is made, and it fails for the limit too.
  await expect.poll(() => processed().length, { interval: 50 }).toBeGreaterThan(5);
  expect(
    new Set(
      processed()
        .slice(4)
        .map(({ imageId }) => imageId),
    ),
  ).toEqual(new Set([failed?.subject]));
  const { again_as: again } = await read(first);
  expect((await read(`/v3/requests/${again}`)).again_for).toBe(failed?.data.request?.request_id);
  const failures = (await windows()).map((window) => window.failed_for_limit);
  expect(failures.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...callsByWindow(processed().slice(4)))).toBe(1);
}, 60_000);

it('publishes an image above it with the endpoint’s record, and an operator resumes', async () => {
  flow = await startFlow({ finishesImages: true, sandbox: { processingMs: 500 } });
  const status_reason = 'Daily enhancement limit reached';
  const body = { status: 'error', status_reason };
  flow.sandbox.fail({ kind: 'status', status: 200, call: 'read', imageId: 'limited', body, times: 1 });
  const answer = await flow.process('limited', {});
  const [event] = await flow.eventsThat(({ type }) => type === 'image.processed');
  expect(event).toMatchObject({ data: { confirmed: false, image: { status_reason } } });
  const completion = { event: 'image.processed', confirmed: false, status: 'error', status_reason };
  const path = `/v3/requests/${answer.headers.get('reprocess-request-id')}`;
  await expect.poll(() => read(path)).toMatchObject({ completion, again_as: expect.any(String) });
  // Written when the invocation ends, after its event.
  const metrics = () => flow.lines.filter((line) => line.includes('"_aws"')).join();
  await expect.poll(metrics).toContain('"WebhookContradicted":1');
  expect(metrics()).toContain('"ImageFailed":1');
  const waiting = await flow.process('other', {}, { prefer: 'wait=1' });
  const other = waiting.headers.get('location') ?? '';
  await expect.poll(() => read(other)).toMatchObject({ waits_for: { reason: 'daily_limit' } });
  const resumed = await flow.fetch('/v3/pause', { method: 'DELETE', headers: { 'x-api-key': flow.operator.key } });
  expect(await resumed.json()).toMatchObject({ paused: null });
}, 60_000);
