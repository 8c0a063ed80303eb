import * as z from 'zod/mini';
import type { CallLog } from './calls.ts';
import { type DailyLimit, limitSchema, spendSchema } from './daily-limit.ts';
import { json, type Reply } from './endpoint.ts';
import { type FaultPlan, faultSchema } from './faults.ts';
import type { Images } from './images.ts';
import { newOrderSchema, type Orders } from './orders.ts';
import { type Webhook, webhookCallSchema, webhookFaultSchema, webhookTargetSchema } from './webhook.ts';

const imageSchema = z.strictObject({
  id: z.string().check(z.minLength(1)),
  preferences: z.optional(z.record(z.string(), z.unknown())),
  status: z.optional(z.enum(['processed', 'waiting', 'expired'])),
});
const keySchema = z.strictObject({ apiKey: z.string().check(z.minLength(1)) });

export interface Controlled {
  readonly images: Images;
  readonly orders: Orders;
  readonly limit: DailyLimit;
  readonly faults: FaultPlan;
  readonly calls: CallLog;
  readonly webhook: Webhook;
  setApiKey(key: string): void;
}

export const ABOUT = {
  about:
    'This is a sandbox. It stands in for the Autoenhance endpoint, knows made-up images only and enhances nothing.',
  endpoint: [
    'POST /v3/images/{id}/process',
    'GET /v3/images/{id}',
    'GET /v3/images/{id}/original',
    'GET /v3/images/{id}/enhanced',
    'GET /v3/orders/{id}',
    'GET /v3/orders/',
  ],
  control: [
    'GET /__sandbox/calls: the calls received',
    'DELETE /__sandbox/calls: forgets them',
    'GET /__sandbox/faults: the faults planned',
    'POST /__sandbox/faults: plans one, such as {"kind":"status","status":503,"times":2}',
    'DELETE /__sandbox/faults, /__sandbox/faults/{id}: removes all, or one',
    'POST /__sandbox/images: adds an image, such as {"id":"…","preferences":{}}',
    'POST /__sandbox/orders: adds an order with images, such as {"images":12,"waiting":1,"mergingSeconds":5}',
    'GET /__sandbox/daily-limit: the limit, and what each of its windows had',
    'PUT /__sandbox/daily-limit: changes it, such as {"limit":8,"windowSeconds":5}, or {"limit":null} for none',
    'POST /__sandbox/daily-limit: spends of it as somebody else does, such as {"spend":100}',
    'PUT /__sandbox/api-key: changes the key that is accepted, {"apiKey":"…"}',
    'GET /__sandbox/webhook: the calls of the webhook',
    'PUT /__sandbox/webhook: whom it calls, {"url":"…","token":"…"}',
    'POST /__sandbox/webhook/calls: forges a call, such as {"body":{"event":"image_processed","image_id":"…","error":false}}',
    'POST /__sandbox/webhook/faults: plans what goes wrong with it, such as {"kind":"lose","times":1}',
    'DELETE /__sandbox/webhook/faults: removes all of that',
  ],
};

/** The sandbox's own routes, to control it from another process. */
export function control(method: string, path: string, body: string, sandbox: Controlled): Reply | Promise<Reply> {
  const { images, orders, limit, faults, calls, webhook } = sandbox;
  const id = /^\/__sandbox\/faults\/(\d+)$/.exec(path)?.[1];
  if (method === 'DELETE' && id !== undefined) return done(() => faults.remove(Number(id)));
  switch (`${method} ${path}`) {
    case 'GET /':
    case 'GET /__sandbox':
      return json(200, ABOUT);
    case 'GET /__sandbox/calls':
      return json(200, { calls: calls.list() });
    case 'DELETE /__sandbox/calls':
      return done(() => calls.clear());
    case 'GET /__sandbox/faults':
      return json(200, { faults: faults.list() });
    case 'POST /__sandbox/faults':
      return taken(faultSchema, body, (fault) => json(201, faults.add(fault)));
    case 'DELETE /__sandbox/faults':
      return done(() => faults.remove());
    case 'POST /__sandbox/images':
      return taken(imageSchema, body, ({ preferences = {}, status = 'processed', id }) =>
        done(() => images.add({ id, preferences, status })),
      );
    case 'POST /__sandbox/orders':
      return taken(newOrderSchema, body, (order) => json(201, orders.add(order)));
    case 'GET /__sandbox/daily-limit':
      return json(200, limit.status());
    case 'PUT /__sandbox/daily-limit':
      return taken(limitSchema, body, (change) => done(() => limit.change(change)));
    case 'POST /__sandbox/daily-limit':
      return taken(spendSchema, body, ({ spend }) => done(() => limit.spend(spend)));
    case 'PUT /__sandbox/api-key':
      return taken(keySchema, body, ({ apiKey }) => done(() => sandbox.setApiKey(apiKey)));
    case 'GET /__sandbox/webhook':
      return json(200, { url: webhook.target()?.url ?? null, calls: webhook.calls() });
    case 'PUT /__sandbox/webhook':
      return taken(webhookTargetSchema, body, (target) => done(() => webhook.aim(target)));
    case 'POST /__sandbox/webhook/calls':
      return taken(webhookCallSchema, body, async (call) => json(200, { status: await webhook.forge(call) }));
    case 'POST /__sandbox/webhook/faults':
      return taken(webhookFaultSchema, body, (fault) => done(() => webhook.fail(fault)));
    case 'DELETE /__sandbox/webhook/faults':
      return done(() => webhook.heal());
    default:
      return json(404, ABOUT);
  }
}

function taken<Content, Result extends Reply | Promise<Reply>>(
  schema: z.ZodMiniType<Content>,
  body: string,
  use: (content: Content) => Result,
): Result | Reply {
  try {
    return use(schema.parse(JSON.parse(body)));
  } catch (error) {
    return json(400, { message: error instanceof z.core.$ZodError ? z.prettifyError(error) : 'send a JSON object' });
  }
}

function done(change: () => void): Reply {
  change();
  return { status: 204, body: '' };
}
