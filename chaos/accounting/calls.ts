import type { CallEnd, Fact, FactOf } from '../facts.ts';
import { contentOf } from './content.ts';
import { CLOCKS_APART, GATEWAY_STATUSES } from './promised-numbers.ts';

/** A call of the endpoint with all that is known of it. */
export interface Call {
  readonly number: number;
  readonly at: number;
  readonly imageId: string;
  readonly invocation: number;
  /** The claim under which it was made; undefined when nobody had claimed such a request. */
  readonly claim: FactOf<'claimed'> | undefined;
  readonly acts: FactOf<'acted'>[];
  /** `retryAfter`: seconds that the endpoint asked for. */
  end?: { readonly how: CallEnd; readonly at: number; readonly retryAfter?: number };
}

/** Whether nobody knows, after this call, if the endpoint acted. */
export function isDoubtful({ end }: Call): boolean {
  return end?.how === 'lost' || GATEWAY_STATUSES.includes(end?.how ?? 0);
}

/**
 * All calls, each with the request that it was made for: the one of the same content that its invocation had claimed and
 * neither given up nor ended. (A call itself carries no id.)
 */
export function callsOf(facts: readonly Fact[]): readonly Call[] {
  const open = new Map<string, FactOf<'claimed'>>();
  const calls = new Map<number, Call>();
  for (const fact of facts) {
    switch (fact.kind) {
      case 'claimed':
        open.set(fact.requestId, fact);
        break;
      case 'waiting':
      case 'recorded':
        open.delete(fact.requestId);
        break;
      case 'call_began': {
        const { call: number, at, imageId, invocation } = fact;
        calls.set(number, { number, at, imageId, invocation, claim: claimOf(fact, [...open.values()]), acts: [] });
        break;
      }
      case 'acted':
        calls.get(fact.call)?.acts.push(fact);
        break;
      case 'call_ended': {
        const call = calls.get(fact.call);
        if (call !== undefined) call.end = fact;
      }
    }
  }
  return [...calls.values()];
}

function claimOf(call: FactOf<'call_began'>, open: readonly FactOf<'claimed'>[]): FactOf<'claimed'> | undefined {
  const own = open.filter(({ invocation, leaseUntil }) => {
    return invocation === call.invocation && leaseUntil + CLOCKS_APART > call.at;
  });
  const content = contentOf(call.imageId, JSON.stringify(call.preferences));
  return own.find(({ imageId, preferences }) => contentOf(imageId, preferences) === content);
}
