import type { Clock, Limits, Random } from '../ports.ts';
import type { Disposition } from '../processing/delivery.ts';
import { withErrorBoundary } from '../processing/error-boundary.ts';
import type { QueueMessage } from '../request/request-message.ts';
import type { Telemetry } from '../telemetry.ts';
import { isSet, type SetCallback, type Target } from './callback.ts';
import { decodeCallbackMessage } from './decode-callback-message.ts';
import { type CallbackDelivery, type CallbackMessage, deliveryOf, withAttempt } from './delivery.ts';
import { nextStep } from './delivery-policy.ts';
import type { CallbackEvents, CallbackStore, DeliveryLog } from './ports.ts';
import { createReceiverBreakers } from './receiver-breakers.ts';
import { attemptOf, type SendCallback } from './send-callback.ts';

export interface DeliverCallbackParts extends Telemetry {
  readonly callbacks: Pick<CallbackStore, 'find' | 'remove' | 'failing' | 'pause' | 'working'>;
  readonly deliveries: Pick<DeliveryLog, 'find' | 'save'>;
  readonly sendCallback: SendCallback;
  readonly events: CallbackEvents;
  /** How long after its event a callback is given up, whatever it waits for: the queue would drop it soon. */
  readonly lifetimeMs: number;
  readonly clock: Clock;
  readonly random: Random;
}

/** Never rejects. */
export type DeliverCallback = (
  message: Pick<QueueMessage, 'messageId' | 'body'>,
  limits: Limits,
) => Promise<Disposition>;

/** A callback that has only failed for so long is paused. */
const PAUSE_AFTER_MS = 24 * 60 * 60 * 1000;
/** While it is paused, its messages look so often whether it still is. */
const PAUSED_WAIT_MS = 30 * 60 * 1000;
/** Of the time that a receiver has failed, what its messages wait that are not sent. */
const OUTAGE_SHARE = 0.1;

const DONE: Disposition = { kind: 'done' };
const UNWANTED = 'the partner has no callback any more, or not for this event';

/** Tells a partner of one event, or has it wait for its next attempt: with it, what the partner is told later of the same image. */
export function createDeliverCallback(parts: DeliverCallbackParts): DeliverCallback {
  const { callbacks, deliveries, sendCallback, events, lifetimeMs, clock, random, log, metrics } = parts;
  const receivers = createReceiverBreakers();

  async function deliver({ body }: Pick<QueueMessage, 'messageId' | 'body'>, limits: Limits): Promise<Disposition> {
    const message = decodeCallbackMessage(body);
    const [callback, known] = await Promise.all([
      callbacks.find(message.partner, limits),
      deliveries.find(message.id, limits),
    ]);
    const delivery = known ?? deliveryOf(message);
    if (delivery.state !== 'waiting') return DONE;
    if (!isSet(callback) || !callback.target.events.includes(message.type)) return giveUp(delivery, UNWANTED, limits);
    const now = clock.now();
    if (now - message.at > lifetimeMs)
      return giveUp(delivery, 'it waited until its queue would have dropped it', limits);
    const waitMs = waitBefore(callback, delivery, now);
    return waitMs > 0 ? { kind: 'wait', ms: waitMs } : attempt(callback, delivery, limits);
  }

  function waitBefore({ partner, target }: SetCallback, { nextAttemptAt = 0 }: CallbackDelivery, now: number): number {
    if (target.paused !== undefined) return PAUSED_WAIT_MS * (1 + random());
    // It may have come too early: its visibility could not be changed.
    if (nextAttemptAt > now) return nextAttemptAt - now;
    const openMs = receivers.admit(partner, now);
    if (openMs === 0) return 0;
    // What waits for a receiver that is long dead must not come each minute.
    const { failingSince = now } = target;
    return Math.max(openMs, Math.min(PAUSED_WAIT_MS, (now - failingSince) * OUTAGE_SHARE));
  }

  async function attempt(callback: SetCallback, delivery: CallbackDelivery, limits: Limits): Promise<Disposition> {
    const { partner, target } = callback;
    const at = clock.now();
    const result = await sendCallback({ ...callback, url: target.url }, delivery, limits).catch((error) => {
      receivers.observe(partner, undefined, clock.now());
      throw error;
    });
    receivers.observe(partner, result, clock.now());
    const attempted = withAttempt(delivery, attemptOf(result, at));
    const step = nextStep(result, attempted.attempts - (attempted.resends ?? 0), random);
    log.debug('a callback was sent', () => ({
      ...loggedDelivery(attempted),
      ...loggedAttempt(attempted),
      step: step.kind,
    }));
    if (step.kind === 'delivered') return delivered(callback, attempted, limits);
    metrics.count('CallbackAttemptsFailed');
    if (step.kind === 'gone') return gone(callback, attempted, limits);
    await fail(callback, attempted, limits);
    if (step.kind === 'given_up') return giveUp(attempted, 'every attempt failed', limits);
    await deliveries.save({ ...attempted, nextAttemptAt: clock.now() + step.ms }, limits);
    return { kind: 'wait', ms: step.ms };
  }

  async function delivered(
    { partner, target }: SetCallback,
    attempted: CallbackDelivery,
    limits: Limits,
  ): Promise<Disposition> {
    await deliveries.save({ ...attempted, state: 'delivered' }, limits);
    if (target.failingSince !== undefined) await callbacks.working(partner, target, 'failure', limits);
    metrics.count('CallbacksDelivered');
    metrics.count('CallbackDelay', clock.now() - attempted.at);
    return DONE;
  }

  /** The first failure is noted, and after a day of nothing else the callback is paused. */
  async function fail({ partner, target }: SetCallback, attempted: CallbackDelivery, limits: Limits): Promise<void> {
    const now = clock.now();
    const { failingSince } = target;
    if (failingSince === undefined) return callbacks.failing(partner, target, now, limits);
    if (now - failingSince < PAUSE_AFTER_MS) return;
    const detail = attempted.lastAttempts.at(-1)?.error ?? '';
    // The event first: of a pause that is written, nobody would hear if this crashed in between.
    await events.publish(eventOf('callback.paused', partner, target, { at: now, detail }), limits);
    await callbacks.pause(partner, target, { at: now, detail }, limits);
    metrics.count('CallbacksPaused');
    log.warn('a callback is paused, since it has failed for a day', { partner, detail });
  }

  async function gone(
    { partner, target }: SetCallback,
    attempted: CallbackDelivery,
    limits: Limits,
  ): Promise<Disposition> {
    const detail = `${attempted.lastAttempts.at(-1)?.error}: the callback is removed`;
    await events.publish(eventOf('callback.removed', partner, target, { at: clock.now(), detail }), limits);
    await callbacks.remove(partner, target, limits);
    metrics.count('CallbacksRemoved');
    return giveUp(attempted, 'the receiver wants no more callbacks', limits);
  }

  async function giveUp(delivery: CallbackDelivery, reason: string, limits: Limits): Promise<Disposition> {
    await deliveries.save({ ...delivery, state: 'given_up' }, limits);
    metrics.count('CallbacksGivenUp');
    log.warn('a callback was given up', { ...loggedDelivery(delivery), ...loggedAttempt(delivery), reason });
    return DONE;
  }

  return withErrorBoundary(parts, ({ messageId }) => messageId, deliver);
}

/** The same id however often the same is found out. */
function eventOf(
  type: 'callback.paused' | 'callback.removed',
  partner: string,
  { url, updatedAt, failingSince }: Target,
  { at, detail }: { readonly at: number; readonly detail: string },
) {
  const groupId = `callback:${partner}`;
  const id = `${groupId}.${type.replace('callback.', '')}.${failingSince ?? updatedAt}`;
  const { origin } = new URL(url);
  return {
    id,
    groupId,
    type,
    at,
    callback: { partner, origin, detail, ...(failingSince !== undefined && { failingSince }) },
  };
}

function loggedDelivery({ id, partner, eventId, type, subject }: CallbackMessage) {
  return { callback: id, partner, event_id: eventId, type, group: subject };
}

function loggedAttempt({ attempts, lastAttempts }: CallbackDelivery) {
  const { status, error, durationMs } = lastAttempts.at(-1) ?? {};
  return { attempt: attempts, status, error, duration_ms: durationMs };
}
