import type { Journal } from './facts.ts';
import type { Lambda } from './models/lambda.ts';
import { callAsPartner, type PartnerCall } from './partner-call.ts';
import type { Chance } from './random.ts';
import type { CallbackAction, CallbackPlan } from './scenario/callbacks.ts';
import { callerNamed } from './scenario/submission.ts';
import type { Scheduler } from './scheduler.ts';

export interface CallbackClientsParts {
  readonly callbackApi: Lambda;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
}

/** How often something is asked for while nothing comes of it. */
const MAX_CALLS = 12;

/** Partners who set their callbacks, test them, and send again what was given up. */
export function createCallbackClients(parts: CallbackClientsParts): (plan: CallbackPlan) => void {
  const { callbackApi, scheduler, journal, chance } = parts;

  function call(partner: string, more: Pick<PartnerCall, 'method' | 'path' | 'body'>) {
    return callAsPartner(
      callbackApi,
      { ref: `callback of ${partner}`, caller: callerNamed(partner), ...more },
      journal,
    );
  }

  /** Until it is done. */
  async function insist(partner: string, more: Pick<PartnerCall, 'method' | 'path' | 'body'>): Promise<void> {
    for (let calls = 0; calls < MAX_CALLS; calls += 1) {
      const { status } = await call(partner, more);
      // There is none, or it is done; a test that failed is made again.
      if (status < 300 || status === 404) return;
      await scheduler.sleep(chance.whole(1000, 60_000));
    }
  }

  async function resend(partner: string): Promise<void> {
    const { status, body } = await call(partner, { method: 'GET', path: '/v3/callback/deliveries' });
    if (status !== 200) return;
    const { deliveries } = JSON.parse(body) as { readonly deliveries: readonly Delivery[] };
    const lost = deliveries.find(({ state }) => state === 'given_up');
    if (lost !== undefined) await call(partner, { method: 'POST', path: `/v3/callback/deliveries/${lost.id}/resend` });
  }

  async function act(partner: string, { kind, url, events }: CallbackAction): Promise<void> {
    const path = '/v3/callback';
    if (kind === 'set') await insist(partner, { method: 'PUT', path, body: { url, events } });
    if (kind === 'remove') await insist(partner, { method: 'DELETE', path });
    if (kind === 'test') await insist(partner, { method: 'POST', path: `${path}/test` });
    if (kind === 'resend') await resend(partner);
  }

  return ({ partner, actions }) => {
    for (const action of actions) scheduler.after(action.at, () => void act(partner, action));
  };
}

interface Delivery {
  readonly id: string;
  readonly state: string;
}
