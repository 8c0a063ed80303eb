import { encodeEvent, typeOf } from '../outcome/cloud-event.ts';
import type { Events, ServiceEvent } from '../outcome/events.ts';
import type { Clock, Limits } from '../ports.ts';
import { createRecently, type Recently } from '../recently.ts';
import { CALLBACK_EVENTS, type Callback } from './callback.ts';
import { messageIdOf } from './delivery.ts';
import type { CallbackQueue, CallbackStore } from './ports.ts';
import { truncateEvent } from './truncate-event.ts';

export interface TellPartnersParts {
  /** The results queue. */
  readonly events: Events;
  readonly findCallback: CallbackStore['find'];
  readonly queue: CallbackQueue;
  readonly stage: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** For so long a container uses what it has read of a partner's callback. */
const KNOWN_FOR_MS = 10_000;

/** The results queue, and the queue of callbacks for partners that want the event. An event is published when both have it. */
export function createTellPartners({ events, findCallback, queue, stage, clock }: TellPartnersParts): Events {
  const known = new Map<string, Recently<Callback | undefined>>();

  function callbackOf(partner: string, limits: Limits): Promise<Callback | undefined> {
    const recently =
      known.get(partner) ?? createRecently((now: Limits) => findCallback(partner, now), KNOWN_FOR_MS, clock);
    known.set(partner, recently);
    return recently.read(limits);
  }

  async function tellPartner(event: ServiceEvent, limits: Limits): Promise<void> {
    const about = aboutOf(event);
    const type = CALLBACK_EVENTS.find((each) => each === typeOf(event));
    if (about === undefined || type === undefined) return;
    const { partner, whole } = about;
    const callback = await callbackOf(partner, limits);
    if (callback?.target?.events.includes(type) !== true) return;
    const payload = truncateEvent(encodeEvent(event, stage), whole);
    const { id: eventId, groupId: subject } = event;
    const at = 'outcome' in event ? event.outcome.at : event.at;
    await queue.send({ id: messageIdOf(partner, eventId), partner, eventId, type, subject, at, payload }, limits);
  }

  return {
    async publish(event, limits) {
      // Neither waits for the other.
      const steps = [events.publish(event, limits), tellPartner(event, limits)];
      const failed = (await Promise.allSettled(steps)).find((step) => step.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    join(limits) {
      const leave = [events.join(limits), queue.join(limits)];
      return () => {
        for (const each of leave) each();
      };
    },
  };
}

/** The partner that an event belongs to, and the path of the API at which all of it can be read; undefined when it is nobody's. */
function aboutOf(event: ServiceEvent): { readonly partner: string; readonly whole: string } | undefined {
  if ('callback' in event) return undefined;
  if ('batch' in event) {
    const { partner, batchId } = event.batch;
    return partner === undefined ? undefined : { partner, whole: `/v3/batches/${batchId}` };
  }
  const request = 'outcome' in event ? event.request : event.findings?.request;
  const partner = request !== undefined && 'partner' in request ? request.partner : undefined;
  return partner === undefined ? undefined : { partner, whole: `/v3/requests/${request?.requestId}` };
}
