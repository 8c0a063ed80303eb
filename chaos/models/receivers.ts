import type { PostResult } from '../../functions/core/callback/delivery-policy.ts';
import type { Post } from '../../functions/core/callback/ports.ts';
import type { Journal } from '../facts.ts';
import type { Chance } from '../random.ts';
import type { CallbackPlan, ReceiverPlan, Reply } from '../scenario/callbacks.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Environment } from './lambda/environment.ts';

/** Partners' receivers of callbacks. */
export interface Receivers {
  replyTo(url: string, body: string): Reply;
}

export interface ReceiversParts {
  readonly plans: readonly CallbackPlan[];
  /** Epoch ms from which the plans count. */
  readonly start: number;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
}

export function createReceivers({ plans, start, scheduler, chance }: ReceiversParts): Receivers {
  const receivers = new Map(plans.flatMap((plan) => plan.receivers).map((one) => [one.url, one]));

  function isTroubled({ trouble }: ReceiverPlan, body: string): boolean {
    if (trouble === undefined) return false;
    const now = scheduler.now() - start;
    const { subject } = JSON.parse(body) as { readonly subject?: string };
    const isMeant = trouble.subject === undefined || trouble.subject === subject;
    return now >= trouble.from && now < trouble.until && isMeant;
  }

  return {
    replyTo(url, body) {
      const receiver = receivers.get(url);
      if (receiver === undefined) throw new Error(`there is no receiver at ${url}`);
      const drawn = chance.weighted(receiver.replies as Record<Reply, number>);
      return isTroubled(receiver, body) ? (receiver.trouble?.reply ?? drawn) : drawn;
    },
  };
}

export interface PostParts {
  readonly receivers: Receivers;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
}

const STATUSES: Readonly<Record<Exclude<Reply, 'silent'>, number>> = {
  takes: 204,
  fails: 500,
  lies: 500,
  asks: 429,
  gone: 410,
};
/** What a receiver asks for that is busy. */
const ASKED_MS = 60_000;
/** So long a function waits for a response. */
const SILENT_MS = 15_000;

/** An environment's way to receivers. */
export function createPost(environment: Environment, { receivers, scheduler, journal, chance }: PostParts): Post {
  return (url, { headers, body }, { signal }) => {
    const { promise, resolve } = Promise.withResolvers<PostResult>();
    const step = environment.isDead() ? undefined : environment.beginStep('a callback');
    if (step === undefined) return promise;
    const from = scheduler.now();
    const settle = (result: (durationMs: number) => PostResult) =>
      environment.deliver(() => {
        signal.removeEventListener('abort', abort);
        resolve(result(scheduler.now() - from));
      });
    const abort = () =>
      settle((durationMs) => ({ kind: 'not_answered', durationMs, error: 'no response came in time' }));
    signal.addEventListener('abort', abort);
    scheduler.after(chance.whole(5, 400), () => {
      const reply = receivers.replyTo(url, body);
      const { id, type } = JSON.parse(body) as { readonly id: string; readonly type: string };
      const webhookId = headers['webhook-id'] ?? '';
      const invocation = step.invocation.id;
      journal.note({ kind: 'callback_sent', url, webhookId, eventId: id, type, body, reply, invocation });
      step.tookEffect();
      if (reply === 'silent') scheduler.after(from + SILENT_MS - scheduler.now(), abort);
      else scheduler.after(chance.whole(5, 400), () => settle((durationMs) => answerOf(reply, durationMs)));
    });
    return promise;
  };
}

function answerOf(reply: Exclude<Reply, 'silent'>, durationMs: number): PostResult {
  const answered = { kind: 'answered', durationMs, status: STATUSES[reply], text: '' } as const;
  return reply === 'asks' ? { ...answered, retryAfterMs: ASKED_MS } : answered;
}
