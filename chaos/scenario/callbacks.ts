import type { Chance } from '../random.ts';
import { PARTNERS } from './submission.ts';

/** What a receiver does with a callback. `lies`: it takes it, and answers 500. `asks`: 429, with `Retry-After`. */
export type Reply = 'takes' | 'fails' | 'lies' | 'asks' | 'silent' | 'gone';

/** A partner's receiver. Times are in ms after the start. */
export interface ReceiverPlan {
  readonly url: string;
  /** How often it does what, while nothing else is the matter. */
  readonly replies: Readonly<Partial<Record<Reply, number>>>;
  /** From when until when it does something else, to all callbacks or to those about one image. */
  readonly trouble?: {
    readonly from: number;
    readonly until: number;
    readonly reply: Reply;
    readonly subject?: string;
  };
}

/** What a partner asks of the service about its callback. */
export interface CallbackAction {
  /** Ms after the start. */
  readonly at: number;
  readonly kind: 'set' | 'remove' | 'test' | 'resend';
  /** Of the receiver that is set. */
  readonly url?: string;
  /** Those that it is to be told of; all without it. */
  readonly events?: readonly string[];
}

export interface CallbackPlan {
  readonly partner: string;
  readonly receivers: readonly ReceiverPlan[];
  readonly actions: readonly CallbackAction[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Longer than any run. */
const FOR_EVER = 30 * 24 * HOUR;
const FAILURES = ['reprocess.failed', 'image.failed'];
const ENDS = ['image.processed', 'image.failed', 'image.unknown', 'batch.finished'];

const GOOD = { takes: 1 };
const SHAKY = { takes: 11, fails: 6, lies: 2, asks: 1 };

export function planCallbacks(images: readonly [string, ...string[]], chance: Chance): readonly CallbackPlan[] {
  return PARTNERS.map(({ name }) => planCallback(name, images, chance));
}

function planCallback(partner: string, images: readonly [string, ...string[]], chance: Chance): CallbackPlan {
  const url = `https://${partner}.example/first`;
  const from = chance.whole(0, chance.of([5 * MINUTE, HOUR]));
  const events = chance.weighted({ all: 6, failures: 1, ends: 1 });
  const wanted = events === 'all' ? {} : { events: events === 'failures' ? FAILURES : ENDS };
  const set = { at: chance.whole(0, 5 * MINUTE), kind: 'set', url, ...wanted } as const;
  const resend = chance.yes(0.3) ? [{ at: 60 * HOUR, kind: 'resend' } as const] : [];
  const first = (more: Omit<ReceiverPlan, 'url'>, actions: readonly CallbackAction[] = []): CallbackPlan => ({
    partner,
    receivers: [{ url, ...more }],
    actions: [set, ...actions, ...resend],
  });
  switch (chance.weighted({ good: 3, shaky: 3, away: 3, picky: 1, gone: 4, removed: 1, dead: 0.2 })) {
    case 'good':
      return first({ replies: GOOD });
    case 'shaky':
      return first({ replies: SHAKY });
    case 'away': {
      const until = from + chance.whole(0, chance.of([MINUTE, HOUR, 30 * HOUR]));
      const trouble = { from, until, reply: chance.of<Reply>(['fails', 'silent']) };
      // A person who has repaired it sends a test, more than once: the service may not have noticed before.
      return first({ replies: GOOD, trouble }, [tested(until + MINUTE), tested(until + 40 * HOUR)]);
    }
    case 'picky': {
      const trouble = { from: 0, until: FOR_EVER, reply: 'fails', subject: chance.of(images) } as const;
      return first({ replies: GOOD, trouble }, [tested(30 * HOUR), tested(70 * HOUR)]);
    }
    case 'dead': {
      // Of few events: each of them waits for 13 days, and looks each half hour whether it still has to.
      const dead = { replies: GOOD, trouble: { from, until: FOR_EVER, reply: 'silent' } } as const;
      return { partner, receivers: [{ url, ...dead }], actions: [{ ...set, events: FAILURES }, ...resend] };
    }
    case 'removed':
      return first({ replies: SHAKY }, [{ at: set.at + from, kind: 'remove' }]);
    case 'gone': {
      const gone = { url, replies: GOOD, trouble: { from, until: FOR_EVER, reply: 'gone' } } as const;
      const next = { url: `https://${partner}.example/next`, replies: GOOD };
      const moved = { at: from + chance.whole(0, HOUR), kind: 'set', url: next.url } as const;
      const moves = chance.yes(0.6);
      return {
        partner,
        receivers: moves ? [gone, next] : [gone],
        actions: [set, ...(moves ? [moved] : []), ...resend],
      };
    }
  }
}

const tested = (at: number): CallbackAction => ({ at, kind: 'test' });
