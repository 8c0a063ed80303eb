import { setImmediate as nextLoop } from 'node:timers/promises';
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

/** @param results what each call comes to, the last one for ever; undefined: it cannot be signed @param callMs how long each takes */
function start(results: readonly (PostResult | undefined)[], more: Partial<Target> = {}, callMs = 0) {
  const clock = standingClock();
  const steps: string[] = [];
  const events: CallbackEvent[] = [];
  const saved: CallbackDelivery[] = [];
  const [log, metrics] = [listeningLogger(), listeningMetrics()];
  const away = { results: false };
  let known: CallbackDelivery | undefined;
  let [calls, messages] = [0, 0];
  const failingSince: number[] = [];
  const removedTargets: (Target | undefined)[] = [];
  const target = {
    url: 'https://acme.example/',
    events: CALLBACK_EVENTS,
    createdAt: NOON - 9 * DAY,
    updatedAt: NOON - 8 * DAY,
    ...more,
  };
  const step = (name: string) => async (_partner: string, _target: Target, ends?: unknown) => {
    // Longer than a line of the log takes, so that who does not wait for it comes too early.
    await nextLoop();
    await nextLoop();
    steps.push(typeof ends === 'string' ? `${name} ends ${ends}` : name);
  };
  const deliverCallback = createDeliverCallback({
    callbacks: {
      find: async (partner) => ({ partner, secrets: [], target }),
      failing: async (partner, failing, at) => {
        await step('failing')(partner, failing);
        failingSince.push(at);
      },
      pause: step('pause'),
      remove: async (partner, removed) => {
        await step('remove')(partner, target);
        removedTargets.push(removed);
      },
      working: step('working'),
    },
    deliveries: {
      find: async () => known,
      save: async (delivery) => {
        await nextLoop();
        saved.push(delivery);
        steps.push(delivery.state);
      },
    },
    sendCallback: async () => {
      const result = results[Math.min(calls, results.length - 1)];
      calls += 1;
      clock.set(clock.now() + callMs);
      if (result === undefined) throw new DependencyUnavailable('secret', new Error('away'));
      return result;
    },
    events: {
      publish: async (event) => {
        await nextLoop();
        if (away.results) throw new DependencyUnavailable('result queue', new Error('away'));
        steps.push(event.type);
        events.push(event);
      },
    },
    lifetimeMs: 13 * DAY,
    clock,
    random: () => 0.5,
    log,
    metrics,
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
    const message = { ...facts, at: before?.at ?? clock.now() };
    known = before && { ...deliveryOf(message), ...before };
    const body = encodeCallbackMessage(message);
    return deliverCallback({ messageId: id, body }, plentyOfTime(clock));
  }
  return { deliver, clock, steps, events, saved, failingSince, removedTargets, log, metrics, away, calls: () => calls };
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

  it('somebody has sent seven times by hand has its own attempts left all the same', async () => {
    const { deliver, saved } = start([answered(500)]);
    expect(await deliver({ attempts: 8, resends: 7 })).toEqual({ kind: 'wait', ms: 5 * 60 * SECOND });
    expect(saved).toMatchObject([{ state: 'waiting', attempts: 9, resends: 7 }]);
  });

  it('fails for the last time pauses a receiver that has failed for a day, as any other does', async () => {
    const { deliver, steps } = start([answered(500)], { failingSince: NOON - DAY });
    expect(await deliver({ attempts: 7 })).toEqual({ kind: 'done' });
    expect(steps).toEqual(['callback.paused', 'pause', 'given_up']);
  });

  it('has failed for a day is paused with what went wrong at last', async () => {
    const { deliver, events } = start([answered(500)], { failingSince: NOON - DAY });
    await deliver({ attempts: 1, lastAttempts: [{ at: NOON - DAY, durationMs: 1, error: 'no answer within 15 s' }] });
    expect(events[0]?.callback.detail).toBe('the receiver answered 500');
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

  it('fails is tried again later, and its log says when and why', async () => {
    const { deliver, saved, steps, metrics } = start([answered(500), answered(204)]);
    expect(await deliver()).toEqual({ kind: 'wait', ms: 5 * SECOND });
    const failed = { at: NOON, durationMs: 1, status: 500, error: 'the receiver answered 500' };
    expect(saved).toMatchObject([{ state: 'waiting', attempts: 1, nextAttemptAt: NOON + 5 * SECOND }]);
    expect(saved[0]?.lastAttempts).toMatchObject([failed]);
    expect([steps, metrics.counted]).toEqual([['failing', 'waiting'], ['CallbackAttemptsFailed']]);
  });

  it('fails after a while has begun when it was sent, and waits from when it had failed', async () => {
    const { deliver, saved, failingSince } = start([answered(500)], {}, 2 * SECOND);
    await deliver({ at: NOON - 9 * SECOND });
    expect(saved).toMatchObject([{ nextAttemptAt: NOON + 7 * SECOND, lastAttempts: [{ at: NOON }] }]);
    expect(failingSince).toEqual([NOON + 2 * SECOND]);
  });

  it.each<[Partial<Target>, readonly string[]]>([
    [{}, ['delivered']],
    [{ failingSince: NOON - 1 }, ['delivered', 'working ends failure']],
  ])('is delivered ends the failure of its receiver, if there was one: %j', async (more, expected) => {
    const { deliver, steps, metrics } = start([answered(204)], more, 2 * SECOND);
    expect(await deliver({ at: NOON - 7 * SECOND })).toEqual({ kind: 'done' });
    expect(steps).toEqual(expected);
    expect(metrics.values).toEqual([
      ['CallbacksDelivered', 1],
      ['CallbackDelay', 9 * SECOND],
    ]);
  });

  it.each<[string, Partial<CallbackDelivery>, Partial<Target>, readonly string[]]>([
    ['was delivered before', { state: 'delivered' }, {}, []],
    ['was given up before', { state: 'given_up' }, {}, []],
    ['is of an event that its partner does not want', {}, { events: ['image.failed'] }, ['given_up']],
    ['is as old as its queue keeps it', { at: NOON - 13 * DAY - 1 }, {}, ['given_up']],
    ['is not quite as old', { at: NOON - 13 * DAY }, {}, ['delivered']],
  ])('%s: %j', async (_, before, more, expected) => {
    const { deliver, steps, calls } = start([answered(204)], more);
    expect(await deliver(before)).toEqual({ kind: 'done' });
    expect([steps, calls()]).toEqual([expected, expected.includes('delivered') ? 1 : 0]);
  });

  it('is paused looks again in half an hour to an hour', async () => {
    const { deliver, calls } = start([answered(204)], { paused: { at: NOON, detail: 'no answer' } });
    expect(await deliver()).toEqual({ kind: 'wait', ms: 45 * 60 * SECOND });
    expect(calls()).toBe(0);
  });

  it.each([
    [60 * 60 * SECOND, 6 * 60 * SECOND],
    [20 * 60 * 60 * SECOND, 30 * 60 * SECOND],
    [10 * SECOND, 5 * SECOND],
  ])('waits for a receiver that has been dead for %d ms waits %d ms', async (deadMs, ms) => {
    const { deliver, steps } = start([SILENCE], { failingSince: NOON - deadMs });
    for (let each = 0; each < 3; each += 1) await deliver();
    expect(steps).toEqual(['waiting', 'waiting', 'waiting']);
    expect(await deliver()).toEqual({ kind: 'wait', ms });
  });

  it('has failed for a day is told of with its reason and its host, and the log and a metric know of it', async () => {
    const { deliver, events, metrics, log } = start([answered(500)], { failingSince: NOON - DAY });
    await deliver();
    const detail = 'the receiver answered 500';
    const callback = { partner: 'acme', origin: 'https://acme.example', detail, failingSince: NOON - DAY };
    const id = `callback:acme.paused.${NOON - DAY}`;
    expect(events).toEqual([{ id, groupId: 'callback:acme', type: 'callback.paused', at: NOON, callback }]);
    expect(metrics.counted).toEqual(['CallbackAttemptsFailed', 'CallbacksPaused']);
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { partner: 'acme', detail } }]);
  });

  it('is not wanted any more is given up, and the id of its event names the target that is gone', async () => {
    const { deliver, events, metrics, log, removedTargets } = start([answered(410)]);
    await deliver();
    // One that was set meanwhile stays.
    expect(removedTargets).toMatchObject([{ updatedAt: NOON - 8 * DAY }]);
    expect(events[0]?.id).toBe(`callback:acme.removed.${NOON - 8 * DAY}`);
    expect(metrics.counted).toEqual(['CallbackAttemptsFailed', 'CallbacksRemoved', 'CallbacksGivenUp']);
    const error = 'the receiver answered 410';
    expect(events[0]?.callback.detail).toBe(`${error}: the callback is removed`);
    const eventId = 'http:1.succeeded';
    const facts = {
      ...{ callback: messageIdOf('acme', eventId), event_id: eventId, type: 'reprocess.succeeded', group: 'house' },
      ...{ partner: 'acme', attempt: 1, status: 410, error, duration_ms: 1 },
      reason: 'the receiver wants no more callbacks',
    };
    expect(log.lines).toEqual([{ level: 'warn', message: 'a callback was given up', facts }]);
  });
});
