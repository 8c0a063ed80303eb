import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ImageEvent } from '../../../../functions/core/completion/image-event.ts';
import { createReceiveNotification } from '../../../../functions/core/completion/receive-notification.ts';
import type { WebhookNotification } from '../../../../functions/core/completion/webhook-notification.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import type { LedgerItem } from '../../../../functions/core/ports.ts';
import {
  aLedgerItem,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

const item = aLedgerItem({ requestId: 'sqs:1', imageId: 'house' });
const finished = { kind: 'finished', imageId: 'house', hasFailed: false, body: {} } as unknown as WebhookNotification;
const away = () => Promise.reject(new DependencyUnavailable('ledger', new Error('away')));

interface Surroundings {
  readonly status?: string;
  readonly state?: LedgerItem['state'];
  readonly publishFails?: boolean;
  readonly looksFail?: boolean;
}

/** The webhook's call of an image whose request the ledger has. */
async function receive(
  notification: WebhookNotification,
  { status = 'processed', state = 'succeeded', publishFails, looksFail }: Surroundings = {},
) {
  const clock = standingClock();
  const [log, metrics] = [listeningLogger(), listeningMetrics()];
  const steps: unknown[] = [];
  const events: ImageEvent[] = [];
  const step = (name: string) => async (requestId: string, at: unknown) => {
    await nextLoop();
    if (looksFail) return away();
    steps.push([name, requestId, ...(typeof at === 'number' ? [at] : [])]);
  };
  const receiveNotification = createReceiveNotification({
    completions: {
      sentRequests: async () => [{ requestId: 'sqs:1', state: 'succeeded', isCompleted: false }],
      note: async (_request, completion) => ({ ...item, state, completion }),
      endLook: step('end look'),
      lookSoon: step('look soon'),
    },
    records: { read: async () => ({ response: JSON.stringify({ status }), warnings: [] }) },
    events: {
      publish: async (event) => {
        await nextLoop();
        if (publishFails) {
          clock.set(clock.now() + 3000);
          return away();
        }
        steps.push('published');
        events.push(event);
      },
    },
    limitEvidence: async () => {},
    ...{ randomId: () => 'random', clock, log, metrics },
  });
  const failed = await receiveNotification(notification, plentyOfTime(clock)).catch((error: unknown) => error);
  return { failed, steps, events, said: log.lines.at(-1) };
}

describe('the end of an image', () => {
  it('is published before its look ends: after a crash in between the sweep tells it', async () => {
    expect((await receive(finished)).steps).toEqual(['published', ['end look', 'sqs:1']]);
  });

  it.each<Surroundings>([{ status: 'processing' }, { state: 'waiting' }])(
    'that is not certain is looked at further: %j',
    async (surroundings) => expect((await receive(finished, surroundings)).steps).toEqual(['published']),
  );

  it('that could not be published fails the call, and the sweep tells it soon', async () => {
    const { failed, steps } = await receive(finished, { publishFails: true });
    expect([failed, steps]).toEqual([expect.any(DependencyUnavailable), [['look soon', 'sqs:1', NOON]]]);
  });

  it('of a request under way that could not be published is left to the request', async () => {
    expect((await receive(finished, { publishFails: true, state: 'waiting' })).steps).toEqual([]);
  });

  it('that was told is told though its look could not be ended, and the log names the request', async () => {
    const { failed, said } = await receive(finished, { looksFail: true });
    expect([failed, said]).toMatchObject([undefined, { level: 'warn', facts: { request_id: 'sqs:1' } }]);
  });

  it('that nobody will tell is an error in the log, with the request', async () => {
    const { said } = await receive(finished, { publishFails: true, looksFail: true });
    expect(said).toMatchObject({ level: 'error', facts: { request_id: 'sqs:1' } });
  });
});

describe('another call of the webhook', () => {
  it('about its settings is logged alone', async () => {
    const { steps, said } = await receive({ kind: 'settings' } as WebhookNotification);
    expect([steps, said]).toMatchObject([[], { level: 'info' }]);
  });

  it.each([
    ['house', 'house'],
    [undefined, 'order_merged'],
  ])('is published as it came, in the group of its image %j, or else of its name', async (imageId, groupId) => {
    const other = { kind: 'other', name: 'order_merged', imageId, body: { a: 1 } } as unknown as WebhookNotification;
    const { events, said } = await receive(other);
    expect(events).toEqual([{ id: 'random', at: NOON, body: { a: 1 }, type: 'autoenhance.order_merged', groupId }]);
    expect(said).toMatchObject({ level: 'info', facts: { event_id: 'random', group: groupId, duration_ms: 0 } });
  });
});
