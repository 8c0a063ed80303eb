import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createWebhookHandler } from '../../../functions/autoenhance-webhook/handler.ts';
import { createFeederHandler } from '../../../functions/batch-feeder/handler.ts';
import { createSweepHandler } from '../../../functions/completion-sweep/handler.ts';
import { DependencyUnavailable } from '../../../functions/core/errors.ts';
import type { Limits } from '../../../functions/core/ports.ts';
import { listeningLogger, NOON, standingClock } from '../../support/fixtures.ts';
import { httpEvent } from '../../support/http-event.ts';
import { lambdaContext } from '../../support/sqs-event.ts';

const bug = new TypeError('a bug');
const { signal } = new AbortController();

/** What a function does, in its order. */
function listen() {
  const steps: string[] = [];
  const debugged: unknown[] = [];
  const log = { ...listeningLogger(), debug: (_: string, facts: () => object) => void debugged.push(facts()) };
  const metrics = { count: (name: string) => void steps.push(name), flush: () => void steps.push('flush') };
  return { steps, debugged, log, metrics, clock: standingClock() };
}

describe.each<[string, (parts: ReturnType<typeof listen>, work: (limits: Limits) => Promise<void>) => unknown, string]>(
  [
    ['the feeder', (parts, runFeeder) => createFeederHandler({ ...parts, runFeeder }), 'the run failed'],
    ['the sweep', (parts, sweep) => createSweepHandler({ ...parts, sweep }), 'the sweep failed'],
  ],
)('%s', (_, create, message) => {
  type Handler = (event: unknown, context: unknown, more: { readonly signal: AbortSignal }) => Promise<void>;

  it('has until the end of its invocation, and its metrics are written when it is done', async () => {
    const parts = listen();
    const handler = create(parts, async ({ deadline }) => {
      await nextLoop();
      parts.steps.push(`until ${deadline - NOON}`);
    }) as Handler;
    await handler({}, lambdaContext(40_000), { signal });
    expect(parts.steps).toEqual(['until 40000', 'flush']);
  });

  it('that fails is repeated by Lambda; the log and a metric know of it before', async () => {
    const parts = listen();
    const handler = create(parts, () => Promise.reject(bug)) as Handler;
    await expect(handler({}, lambdaContext(), { signal })).rejects.toBe(bug);
    expect(parts.steps).toEqual(['UnexpectedErrors', 'flush']);
    expect(parts.log.lines).toMatchObject([{ level: 'error', message }]);
  });
});

it.each([
  [
    { 'detail-type': 'Batch Waiting', detail: { batch_id: 'b_1' } },
    { cause: 'Batch Waiting', batch_id: 'b_1' },
  ],
  [{ 'detail-type': 'Scheduled Event', detail: {} }, { cause: 'Scheduled Event' }],
  [{ 'detail-type': 'Scheduled Event' }, { cause: 'Scheduled Event' }],
  ['anything', { cause: 'unknown' }],
])('what woke the feeder, %j, is told where debug lines are written', async (event, facts) => {
  const parts = listen();
  await createFeederHandler({ ...parts, runFeeder: async () => {} })(event, lambdaContext(), { signal });
  expect(parts.debugged).toEqual([facts]);
});

describe('the webhook', () => {
  const event = httpEvent({ method: 'POST', body: { event: 'webhook_updated' } });

  it('is answered when its notification is received and the call is noted, and then metrics are written', async () => {
    const { steps, metrics, clock } = listen();
    const step = (name: string) => async () => {
      await nextLoop();
      steps.push(name);
    };
    const handler = createWebhookHandler({
      ...{ receiveNotification: step('received'), noteWebhook: step('noted'), metrics, clock },
    });
    expect((await handler(event, lambdaContext(), { signal })).statusCode).toBe(200);
    expect(steps).toEqual(['received', 'noted', 'flush']);
  });

  it('that fails has its metrics written too', async () => {
    const { steps, metrics, clock } = listen();
    const away = new DependencyUnavailable('result queue', new Error('away'));
    const receiveNotification = () => Promise.reject(away);
    const handler = createWebhookHandler({ receiveNotification, noteWebhook: async () => {}, metrics, clock });
    await expect(handler(event, lambdaContext(), { signal })).rejects.toBe(away);
    expect(steps).toEqual(['flush']);
  });
});
