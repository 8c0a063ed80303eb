import { isPastDeadline } from '../../../core/deadline.ts';
import { DependencyUnavailable } from '../../../core/errors.ts';
import type { Allowances } from '../../../core/partner-limits.ts';
import type { Limits } from '../../../core/ports.ts';
import { createGetItem } from '../items.ts';
import { type Item, number, numberOf, seconds, string } from '../ledger-item.ts';
import { createTable, type TableParts } from '../table.ts';

/** Other containers take from the same item: each further round means that one of them was faster. */
const MAX_ROUNDS = 5;
const TOO_LATE = 'the call is over, or the ledger was asked for too long';
const KEPT_MS = 2 * 24 * 60 * 60 * 1000;

/**
 * A partner's bucket is the item `calls:NAME` with one time, `full_at`: when the bucket is full again (the generic cell rate
 * algorithm). Each call moves it on by the time that it takes to refill one. The batches of a day are counted in the item
 * `batches:NAME:DAY`. A write that the SDK sends twice takes twice, which only wastes.
 */
export function createAllowances(parts: TableParts): Allowances {
  const { clock } = parts;
  const { write } = createTable(parts);
  const getItem = createGetItem(parts);

  /** @throws DependencyUnavailable when it is too late to begin a step */
  const checkTime = (limits: Limits): void => {
    if (isPastDeadline(limits, clock.now())) throw new DependencyUnavailable('ledger', new Error(TOO_LATE));
  };

  /** Whether it was written. */
  const change = async (id: string, update: string, condition: string, values: Item, limits: Limits) => {
    checkTime(limits);
    return write(
      {
        Key: { id: string(id) },
        UpdateExpression: `SET ${update}, expires_at = :expires_at`,
        ConditionExpression: condition,
        ExpressionAttributeValues: { ...values, ':expires_at': seconds(clock.now() + KEPT_MS) },
      },
      limits,
    );
  };

  return {
    async takeCalls(partner, { callsPerSecond, burst }, most, limits) {
      const id = `calls:${partner}`;
      const refillMs = 1000 / callsPerSecond;
      let taken = most;
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const now = clock.now();
        const cost = taken * refillMs;
        const latest = now + burst * refillMs;
        const values = { ':cost': number(cost), ':now': number(now), ':latest': number(latest - cost) };
        const isIn = 'full_at BETWEEN :now AND :latest';
        if (await change(id, 'full_at = full_at + :cost', isIn, values, limits)) return { taken, waitMs: 0 };
        checkTime(limits);
        const standing = numberOf((await getItem(id, limits)) ?? {}, 'full_at') ?? 0;
        const left = Math.floor((latest - Math.max(standing, now)) / refillMs);
        if (left < 1) return { taken: 0, waitMs: Math.ceil(standing + refillMs - latest) };
        taken = Math.min(most, left);
        if (standing >= now) continue;
        // It has been full for a while.
        const anew = { ':full_at': number(now + taken * refillMs), ':now': number(now) };
        const isFull = 'attribute_not_exists(full_at) OR full_at < :now';
        if (await change(id, 'full_at = :full_at', isFull, anew, limits)) return { taken, waitMs: 0 };
      }
      // There was something left each time. Nobody is refused because others were faster to take of it.
      return { taken: 1, waitMs: 0 };
    },

    takeBatch: (partner, day, most, limits) =>
      change(
        `batches:${partner}:${day}`,
        'batches = if_not_exists(batches, :none) + :one',
        'attribute_not_exists(batches) OR batches < :most',
        { ':none': number(0), ':one': number(1), ':most': number(most) },
        limits,
      ),
  };
}
