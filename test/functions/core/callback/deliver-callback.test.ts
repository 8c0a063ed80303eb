import { describe, expect, it } from 'vitest';
import type { Target } from '../../../../functions/core/callback/callback.ts';
import { CALLBACK_EVENTS } from '../../../../functions/core/callback/callback.ts';
import { encodeCallbackMessage } from '../../../../functions/core/callback/callback-message.ts';
import { createDeliverCallback } from '../../../../functions/core/callback/deliver-callback.ts';
import { type CallbackDelivery, deliveryOf, messageIdOf } from '../../../../functions/core/callback/delivery.ts';
import type { PostResult } from '../../../../functions/core/callback/delivery-policy.ts';
import type { CallbackEvent } from '../../../../functions/core/callback/ports.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import { listeningLogger, listeningMetrics, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
const SILENCE: PostResult = { kind: 'not_answered', durationMs: 1, error: 'no answer within 15 s' };
const answered = (status: number): PostResult => ({ kind: 'answered', durationMs: 1, status, text: '' });

/** @param results what each call comes to, the last one for ever; undefined: it cannot be signed */
function start(results: readonly (PostResult | undefined)[], more: Partial<Target> = {}) {
  const clock = standingClock();
  const steps: string[] = [];
  const events: CallbackEvent[] = [];
  const away = { results: false };
  let known: CallbackDelivery | undefined;
  let [calls, messages] = [0, 0];
  const target = {
    url: 'https://acme.example/',
    events: CALLBACK_EVENTS,
    createdAt: NOON - DAY,
    updatedAt: NOON - DAY,
    ...more,
  };
  const deliverCallback = createDeliverCallback({
    callbacks: {
      find: async (partner) => ({ partner, secrets: [], target }),
      failing: async () => void steps.push('failing'),
      pause: async () => void steps.push('pause'),
      remove: async () => void steps.push('remove'),
      working: async () => void steps.push('working'),
    },
    deliveries: { find: async () => known, save: async ({ state }) => void steps.push(state) },
    sendCallback: async () => {
      const result = results[Math.min(calls, results.length - 1)];
      calls += 1;
      if (result === undefined) throw new DependencyUnavailable('secret', new Error('away'));
      return result;
    },
    events: {
      publish: async (event) => {
        if (away.results) throw new DependencyUnavailable('result queue', new Error('away'));
        steps.push(event.type);
        events.push(event);
      },
    },
    lifetimeMs: 13 * DAY,
    clock,
    random: () => 0.5,
    log: listeningLogger(),
    metrics: listeningMetrics(),
  });
  /** Hands over the message of another event. @param before of one that has failed before */
  function deliver(before?: Partial<CallbackDelivery>) {
    const eventId = `http:${++messages}.succeeded`;
    const id = messageIdOf('acme', eventId);
    const facts = {
      id,
      partner: 'acme',
      eventId,
      type: 'reprocess.succeeded',
      subject: 'house',
      payload: '{}',
    } as const;
    const message = { ...facts, at: clock.now() };
    known = before && { ...deliveryOf(message), ...before };
    const body = encodeCallbackMessage(message);
    return deliverCallback({ messageId: id, body }, plentyOfTime(clock));
  }
  return { deliver, clock, steps, events, away, calls: () => calls };
}

describe('a callback that', () => {
  it.each<[string, PostResult, Partial<Target>, readonly string[]]>([
    ['has failed for a day', answered(500), { failingSince: NOON - DAY }, ['callback.paused', 'pause', 'waiting']],
    ['is not wanted any more', answered(410), {}, ['callback.removed', 'remove', 'given_up']],
  ])('%s is left only once the results queue was told, always under the same id', async (_, result, more, expected) => {
    const { deliver, clock, steps, events, away } = start([result], more);
    away.results = true;
    expect(await deliver()).toMatchObject({ kind: 'wait' });
    expect(steps).toEqual([]);
    away.results = false;
    await deliver();
    expect(steps).toEqual(expected);
    clock.set(NOON + SECOND);
    await deliver();
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  });

  it('fails for the last time pauses a receiver that has failed for a day, as any other does', async () => {
    const { deliver, steps } = start([answered(500)], { failingSince: NOON - DAY });
    expect(await deliver({ attempts: 7 })).toEqual({ kind: 'done' });
    expect(steps).toEqual(['callback.paused', 'pause', 'given_up']);
  });

  it('has failed for a day again is left under another id than the first time', async () => {
    const ids = [NOON - DAY, NOON - 2 * DAY].map(async (failingSince) => {
      const { deliver, events } = start([answered(500)], { failingSince });
      await deliver();
      return events[0]?.id;
    });
    expect(new Set(await Promise.all(ids)).size).toBe(2);
  });

  it('could not be signed is sent to a receiver that was dead as soon as it can be', async () => {
    const { deliver, clock, calls } = start([SILENCE, SILENCE, SILENCE, undefined, answered(204)]);
    for (let each = 0; each < 3; each += 1) await deliver();
    expect(await deliver()).toEqual({ kind: 'wait', ms: 5 * SECOND });
    clock.set(NOON + 5 * SECOND);
    await deliver();
    expect(await deliver()).toEqual({ kind: 'done' });
    expect(calls()).toBe(5);
  });

  it('comes before its time does not take the one call to a receiver that was dead', async () => {
    const { deliver, clock, calls } = start([SILENCE, SILENCE, SILENCE, answered(204)]);
    for (let each = 0; each < 3; each += 1) await deliver();
    clock.set(NOON + 5 * SECOND);
    expect(await deliver({ nextAttemptAt: NOON + 7 * SECOND })).toEqual({ kind: 'wait', ms: 2 * SECOND });
    expect(await deliver()).toEqual({ kind: 'done' });
    expect(calls()).toBe(4);
  });
});
