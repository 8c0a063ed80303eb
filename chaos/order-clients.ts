import type { Journal } from './facts.ts';
import type { Lambda } from './models/lambda.ts';
import { callAsPartner } from './partner-call.ts';
import type { Chance } from './random.ts';
import type { OrderPlan } from './scenario/orders.ts';
import { callerNamed } from './scenario/submission.ts';
import type { Scheduler } from './scheduler.ts';

export interface OrderClientsParts {
  readonly orderApi: Lambda;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
}

/** Statuses of a call that is to be made again: the order is merging, a limit is reached. */
const LATER = [409, 429];

/** Those who have the images of orders processed again. */
export function createOrderClients(parts: OrderClientsParts): (plan: OrderPlan) => void {
  const { orderApi, scheduler, journal, chance } = parts;

  async function post({ ref, orderId, caller, preferences, only, idempotencyKey, attempts }: OrderPlan): Promise<void> {
    // The batch has the name of the plan.
    const body = { preferences, name: ref, ...(only && { only }) };
    const head = { ref, caller: callerNamed(caller), method: 'POST', path: `/v3/orders/${orderId}/reprocess` };
    for (let left = attempts; left > 0; left -= 1) {
      const { status } = await callAsPartner(orderApi, { ...head, body, idempotencyKey }, journal);
      if (status < 500 && !LATER.includes(status)) return;
      await scheduler.sleep(chance.whole(500, 60_000));
    }
  }

  return (plan) => {
    void post(plan);
    for (const ms of plan.again) scheduler.after(ms, () => void post(plan));
  };
}
