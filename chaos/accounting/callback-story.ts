import type { FactOf } from '../facts.ts';
import type { CaseFile } from './case-file.ts';

export type Sent = FactOf<'callback_sent'>;

/** What a partner's callback was aimed at from a time on; undefined: there was none. */
interface Aim {
  readonly at: number;
  readonly url: string | undefined;
  readonly events: readonly string[];
  readonly isPaused: boolean;
}

/** A callback that was queued, and what became of it. */
export interface CallbackStory {
  readonly webhookId: string;
  readonly partner: string;
  readonly eventId: string;
  readonly type: string;
  /** The image, or the batch. */
  readonly subject: string;
  readonly payload: string;
  /** Epoch ms at which it was queued. */
  readonly at: number;
  /** Epoch ms of its event. */
  readonly happenedAt: number;
  /** What the service sent by itself, in order. */
  readonly sent: readonly Sent[];
  /** What a person had sent again. */
  readonly resent: readonly Sent[];
  /** Of the delivery log. */
  readonly logged: readonly FactOf<'delivery_logged'>[];
}

export interface Callbacks {
  readonly stories: readonly CallbackStory[];
  /** What a partner's callback was at any time between two. */
  aimsOf(partner: string, from: number, until: number): readonly Aim[];
}

interface QueuedBody {
  readonly partner: string;
  readonly event_id: string;
  readonly type: string;
  readonly at: number;
  readonly payload: string;
}

/** Callbacks, put in order for the checks. */
export function callbacksOf(file: CaseFile): Callbacks {
  const sent = Map.groupBy(file.of('callback_sent'), ({ webhookId }) => webhookId);
  const logged = Map.groupBy(file.of('delivery_logged'), ({ webhookId }) => webhookId);
  const isByHand = ({ invocation }: Sent) => file.environmentOf(invocation).startsWith('callback-api');
  const stories = new Map<string, CallbackStory>();
  for (const { webhookId, body, at } of file.of('callback_queued')) {
    if (stories.has(webhookId)) continue;
    const { partner, event_id: eventId, type, payload, at: happenedAt } = JSON.parse(body) as QueuedBody;
    const all = sent.get(webhookId) ?? [];
    const [own, others] = [all.filter((each) => !isByHand(each)), all.filter(isByHand)];
    const { subject } = JSON.parse(payload) as { readonly subject: string };
    const told = { sent: own, resent: others, logged: logged.get(webhookId) ?? [] };
    stories.set(webhookId, { webhookId, partner, eventId, type, subject, payload, at, happenedAt, ...told });
  }
  const aims = aimsByPartner(file);
  return {
    stories: [...stories.values()],
    aimsOf(partner, from, until) {
      const all = aims.get(partner) ?? [];
      return all.filter(({ at }, index) => at <= until && (all[index + 1]?.at ?? Number.POSITIVE_INFINITY) >= from);
    },
  };
}

function aimsByPartner(file: CaseFile): ReadonlyMap<string, readonly Aim[]> {
  const aims = new Map<string, Aim[]>();
  for (const fact of file.facts) {
    if (!('partner' in fact) || !fact.kind.startsWith('callback_') || fact.partner === undefined) continue;
    const all = aims.get(fact.partner) ?? [NONE];
    const aim = next(all.at(-1) ?? NONE, fact as Parameters<typeof next>[1]);
    aims.set(fact.partner, [...all, aim]);
  }
  return aims;
}

const NONE: Aim = { at: 0, url: undefined, events: [], isPaused: false };

function next(
  before: Aim,
  fact: FactOf<'callback_set' | 'callback_removed' | 'callback_paused' | 'callback_resumed'>,
): Aim {
  const { at } = fact;
  switch (fact.kind) {
    case 'callback_set':
      return { at, url: fact.url, events: fact.events, isPaused: false };
    case 'callback_removed':
      return { ...NONE, at };
    case 'callback_paused':
      return { ...before, at, isPaused: true };
    case 'callback_resumed':
      return { ...before, at, isPaused: false };
  }
}
