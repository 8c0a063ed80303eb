import { mayOperate } from '../access.ts';
import { concurrently } from '../concurrently.ts';
import type { Partner, PartnerLimits } from '../partner-keys.ts';
import type { Limits } from '../ports.ts';
import { isSet, type SetCallback } from './callback.ts';
import type { CallbackDelivery } from './delivery.ts';
import type { CallbackStore, DeliveryLog } from './ports.ts';

export interface ListPartnersParts {
  /** Everybody who has a key. */
  readonly partners: () => Promise<readonly Partner[]>;
  /** For a partner whose entry says nothing else. */
  readonly defaults: PartnerLimits;
  readonly callbacks: Pick<CallbackStore, 'find'>;
  readonly deliveries: Pick<DeliveryLog, 'list'>;
}

export interface ListedPartner {
  readonly partner: Partner;
  /** Undefined for an operator, who has none. */
  readonly limits: PartnerLimits | undefined;
  readonly callback: (SetCallback & { readonly recent: RecentDeliveries }) | undefined;
}

/** What became of the newest deliveries of a callback. */
export interface RecentDeliveries {
  readonly count: number;
  /** Those that failed and will be attempted again. */
  readonly failing: number;
  /** Those that are attempted no more. */
  readonly givenUp: number;
  /** Epoch ms of the latest attempt that got through. */
  readonly deliveredAt?: number;
  /** Epoch ms of the latest attempt that failed. */
  readonly failedAt?: number;
}

/** Read for each partner that has a callback. */
const NEWEST = 50;
const CONCURRENT = 10;

/** Everybody who may call the service, by name, and how their callbacks do. @throws DependencyUnavailable */
export type ListPartners = (limits: Limits) => Promise<readonly ListedPartner[]>;

export function createListPartners({ partners, defaults, callbacks, deliveries }: ListPartnersParts): ListPartners {
  async function callbackOf(name: string, limits: Limits): Promise<ListedPartner['callback']> {
    const callback = await callbacks.find(name, limits);
    if (!isSet(callback)) return undefined;
    const newest = await deliveries.list(name, { limit: NEWEST }, limits);
    return { ...callback, recent: recentOf(newest.deliveries) };
  }

  return async (limits) => {
    const listed: ListedPartner[] = [];
    await concurrently(await partners(), CONCURRENT, async (partner) => {
      listed.push({
        partner,
        limits: mayOperate(partner) ? undefined : { ...defaults, ...partner.limits },
        callback: await callbackOf(partner.name, limits),
      });
    });
    return listed.sort((one, other) => (one.partner.name < other.partner.name ? -1 : 1));
  };
}

export function recentOf(deliveries: readonly CallbackDelivery[]): RecentDeliveries {
  const attempts = deliveries.flatMap(({ lastAttempts }) => lastAttempts);
  const latest = (haveFailed: boolean) => {
    const times = attempts.filter(({ error }) => (error !== undefined) === haveFailed).map(({ at }) => at);
    return times.length === 0 ? undefined : Math.max(...times);
  };
  const [deliveredAt, failedAt] = [latest(false), latest(true)];
  return {
    count: deliveries.length,
    failing: deliveries.filter(({ state }) => state === 'waiting').length,
    givenUp: deliveries.filter(({ state }) => state === 'given_up').length,
    ...(deliveredAt !== undefined && { deliveredAt }),
    ...(failedAt !== undefined && { failedAt }),
  };
}
