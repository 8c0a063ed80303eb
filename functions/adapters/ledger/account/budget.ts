import type { BudgetStore, BudgetWindow, Calls, Count, Taking } from '../../../core/budget/ports.ts';
import { DependencyUnavailable } from '../../../core/errors.ts';
import type { Clock, Limits } from '../../../core/ports.ts';
import { type Change, createGetItem, createUpdateItem, type ItemParts } from '../items.ts';
import { type Item, iso, number, numberOf, seconds, string } from '../ledger-item.ts';

export interface BudgetStoreParts extends ItemParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly randomId: () => string;
}

const KEPT_MS = 15 * 24 * 60 * 60 * 1000;
/** Longer than an invocation: what it left open by then it will not give back. */
const OPEN_MS = 5 * 60_000;
const ID_CHARACTERS = 8;
/** Other workers take from the same item: each of these means that one of them was faster. */
const MAX_TAKES = 5;

/**
 * The count of each window: an item with the key `budget:` and the window's start.
 *
 * The SDK sends a write again when its response is lost, so every write may be carried out twice. A reservation that is counted
 * twice only wastes. A give-back that is counted twice would exceed the limit. So each container has an attribute in the item,
 * to which its reservation writes a token of its own, and a give-back removes it on the condition that the token is there: the
 * second time it is gone. A reservation also removes what containers left that are gone, so that the item stays small.
 */
export function createBudgetStore(parts: BudgetStoreParts): BudgetStore {
  const { clock, randomId } = parts;
  const getItem = createGetItem(parts);
  const updateItem = createUpdateItem(parts);
  let name: string | undefined;
  let left: readonly Left[] = [];

  /** The container's attribute. */
  function ownName(): string {
    name ??= `${OPEN}${randomId().slice(-ID_CHARACTERS)}`;
    return name;
  }

  const change = (window: BudgetWindow, update: Change, limits: Limits) =>
    updateItem({ Key: { id: string(idOf(window)) }, ReturnValues: 'ALL_NEW', ...update }, limits);

  const find = async (window: BudgetWindow, limits: Limits): Promise<Item> =>
    (await getItem(idOf(window), limits)) ?? {};

  async function take(taking: Taking, limits: Limits) {
    const own = ownName();
    const token = `${clock.now()}-${randomId().slice(-ID_CHARACTERS)}`;
    let { calls } = taking;
    for (let takes = 0; takes < MAX_TAKES; takes += 1) {
      const taken = await change(taking.window, takeUpdate(taking, calls, { own, token, left }), limits);
      const standing = taken ?? (await find(taking.window, limits));
      // The condition also fails when the SDK sends again what was carried out.
      const isTaken = taken !== undefined || standing[own]?.S === token;
      left = leftBehind(standing, own, clock.now());
      const count = countOf(standing);
      if (isTaken) return { reservation: { window: taking.window, token, ...calls }, count, isFirst: false };
      calls = leftOf(taking, calls, count);
      if (calls.single + calls.bulk === 0) {
        const isNew = count.used >= taking.limit && count.exhaustedAt === undefined;
        const isFirst = isNew && (await markExhausted(taking.window, limits));
        return { reservation: { window: taking.window, token, ...calls }, count, isFirst };
      }
    }
    throw new DependencyUnavailable('ledger', new Error('too many workers took from the daily limit at once'));
  }

  async function markExhausted(window: BudgetWindow, limits: Limits): Promise<boolean> {
    const update = {
      UpdateExpression: 'SET exhausted_at = :now',
      ConditionExpression: 'attribute_not_exists(exhausted_at)',
      ExpressionAttributeValues: { ':now': number(clock.now()) },
    };
    return (await change(window, update, limits)) !== undefined;
  }

  return {
    take,
    async giveBack({ window, token }, { single, bulk }, limits) {
      const update = {
        UpdateExpression: 'SET used = used - :calls, used_by_bulk = used_by_bulk - :bulk REMOVE #own',
        ConditionExpression: '#own = :token',
        ExpressionAttributeNames: { '#own': ownName() },
        ExpressionAttributeValues: {
          ':calls': number(single + bulk),
          ':bulk': number(bulk),
          ':token': string(token),
        },
      };
      await change(window, update, limits);
    },
    async countFailure(window, limits) {
      const update = {
        UpdateExpression: 'SET failed = if_not_exists(failed, :zero) + :one, expires_at = :expires_at',
        ExpressionAttributeValues: {
          ':zero': number(0),
          ':one': number(1),
          ':expires_at': seconds(window.end + KEPT_MS),
        },
      };
      await change(window, update, limits);
    },
    read: async (window, limits) => countOf(await find(window, limits)),
  };
}

/** What a container's reservation writes, and the attributes that others left behind. */
interface Open {
  readonly own: string;
  readonly token: string;
  readonly left: readonly Left[];
}

/** The attribute of another container, and its token. */
interface Left {
  readonly name: string;
  readonly token: string;
}

const OPEN = 'open_';
/** Of one write. */
const MAX_REMOVED = 20;

/** The attributes of containers that will give nothing back any more. */
function leftBehind(item: Item, own: string, now: number): readonly Left[] {
  const names = Object.keys(item).filter((name) => name.startsWith(OPEN) && name !== own);
  const others = names.map((name) => ({ name, token: item[name]?.S ?? '' }));
  return others.filter(({ token }) => Number(token.split('-')[0]) < now - OPEN_MS).slice(0, MAX_REMOVED);
}

const idOf = ({ start }: BudgetWindow) => `budget:${iso(start)}`;

function takeUpdate({ window, limit, bulkLimit }: Taking, { single, bulk }: Calls, { own, token, left }: Open): Change {
  const total = single + bulk;
  // An absent attribute compares to nothing: the first reservation of a window has only to fit the limit itself.
  const fits = total <= limit ? 'attribute_not_exists(used) OR used <= :most' : 'used <= :most';
  const bulkFits =
    bulk <= bulkLimit
      ? 'attribute_not_exists(used_by_bulk) OR used_by_bulk <= :most_bulk'
      : 'used_by_bulk <= :most_bulk';
  // A container that has taken again since is not gone, and may give back.
  const isGone = left.map((_, index) => `(attribute_not_exists(#left${index}) OR #left${index} = :left${index})`);
  const removed = Object.fromEntries(left.map(({ name }, index) => [`#left${index}`, name]));
  const tokens = Object.fromEntries(left.map(({ token: of }, index) => [`:left${index}`, string(of)]));
  const set = [
    'used = if_not_exists(used, :zero) + :calls',
    'used_by_bulk = if_not_exists(used_by_bulk, :zero) + :bulk',
    '#limit = :limit',
    '#own = :token',
    'expires_at = :expires_at',
  ];
  return {
    UpdateExpression: `SET ${set.join(', ')}${left.length === 0 ? '' : ` REMOVE ${Object.keys(removed).join(', ')}`}`,
    ConditionExpression: [`(${fits})`, ...(bulk === 0 ? [] : [`(${bulkFits})`]), ...isGone].join(' AND '),
    ExpressionAttributeNames: { '#limit': 'limit', '#own': own, ...removed },
    ExpressionAttributeValues: {
      ':zero': number(0),
      ':calls': number(total),
      ':bulk': number(bulk),
      ':most': number(limit - total),
      ...(bulk > 0 && { ':most_bulk': number(bulkLimit - bulk) }),
      ':limit': number(limit),
      ':token': string(token),
      ':expires_at': seconds(window.end + KEPT_MS),
      ...tokens,
    },
  };
}

/** Single requests come first. */
function leftOf({ limit, bulkLimit }: Taking, calls: Calls, { used, usedByBulk }: Count): Calls {
  const left = Math.max(0, limit - used);
  const single = Math.min(calls.single, left);
  return { single, bulk: Math.max(0, Math.min(calls.bulk, left - single, bulkLimit - usedByBulk)) };
}

function countOf(item: Item): Count {
  const limit = numberOf(item, 'limit');
  const exhaustedAt = numberOf(item, 'exhausted_at');
  return {
    used: numberOf(item, 'used') ?? 0,
    usedByBulk: numberOf(item, 'used_by_bulk') ?? 0,
    failed: numberOf(item, 'failed') ?? 0,
    ...(limit !== undefined && { limit }),
    ...(exhaustedAt !== undefined && { exhaustedAt }),
  };
}
