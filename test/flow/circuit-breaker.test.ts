import { afterEach, beforeEach, expect, it } from 'vitest';
import { CANARY_KEY, type Flow, startFlow } from '../support/flow.ts';

let flow: Flow;
beforeEach(async () => {
  flow = await startFlow();
});
afterEach(() => flow.end());

const logged = (message: string) => flow.lines.filter((line) => line.includes(message)).map((line) => JSON.parse(line));
const queue = (imageId: string, n: number) => flow.queueRequest({ image_id: imageId, preferences: { n } });

it('repeats a throttled call no sooner than the endpoint asks, and keeps the requests behind it waiting', async () => {
  flow.sandbox.fail({ kind: 'status', status: 429, retryAfter: 4, imageId: 'first', times: 1 });
  await queue('first', 1);
  await expect
    .poll(() => logged('the circuit breaker opened'))
    .toEqual([expect.objectContaining({ reason: 'throttled' })]);
  await Promise.all(['a', 'b', 'c', 'first'].map((image) => queue(image, 2)));
  await expect.poll(() => flow.events.length).toBe(5);
  const calls = flow.sandbox.calls().filter(({ imageId }) => imageId === 'first');
  expect(calls.map(({ status, body }) => [status, body])).toEqual([
    [429, '{"n":1}'],
    [200, '{"n":1}'],
    [200, '{"n":2}'],
  ]);
  expect((calls[1]?.receivedAt ?? 0) - (calls[0]?.receivedAt ?? 0)).toBeGreaterThanOrEqual(4000);
  expect((await flow.eventsOf('first', 2)).map(({ data }) => data.attempts)).toEqual([2, 1]);
});

it('waits while the account is refused, calls for a person, and goes on by itself once the key is repaired', async () => {
  flow.sandbox.setApiKey('another-key-of-the-account');
  const answered = await flow.process('villa', { n: 1 }, { prefer: 'wait=1' });
  expect(answered.status).toBe(202);
  await queue('villa', 2);
  await expect.poll(() => logged('the endpoint refuses the account').length).toBeGreaterThan(0);
  expect(logged('AccountFault')[0]).toMatchObject({ stage: 'local', function: 'reprocess-worker', AccountFault: 1 });
  const read = async () => (await flow.fetch(answered.headers.get('location') ?? '')).json();
  // Noted after it was said.
  await expect.poll(read).toMatchObject({
    state: 'waiting',
    attempts: 0,
    last_error: { code: 'account_refused', status: 401 },
  });

  flow.secretsManager.put(flow.plan.output('AutoenhanceKeySecretName'), 'another-key-of-the-account');
  const events = await flow.eventsOf('villa', 2);
  expect(events.map(({ type, data }) => [type, data.attempts])).toEqual([
    ['reprocess.succeeded', 1],
    ['reprocess.succeeded', 1],
  ]);
  expect(
    flow.sandbox
      .calls()
      .filter(({ acted }) => acted)
      .map(({ body }) => body),
  ).toEqual(['{"n":1}', '{"n":2}']);
  expect(flow.sandbox.calls().filter(({ key }) => key === 'wrong').length).toBeLessThan(10);
  expect(CANARY_KEY).not.toBe('another-key-of-the-account');
});

it('reads a key that was filled in late', async () => {
  const name = flow.plan.output('AutoenhanceKeySecretName');
  flow.secretsManager.put(name, '{}');
  await queue('villa', 1);
  await expect.poll(() => logged('a secret could not be read').length).toBeGreaterThan(0);
  expect(logged('a secret could not be read')[0].cause).toContain(`aws secretsmanager put-secret-value --secret-id`);
  expect(flow.sandbox.calls()).toEqual([]);
  flow.secretsManager.put(name, JSON.stringify({ apiKey: CANARY_KEY }));
  const [event] = await flow.eventsOf('villa');
  expect(event).toMatchObject({ type: 'reprocess.succeeded', data: { attempts: 1 } });
});
