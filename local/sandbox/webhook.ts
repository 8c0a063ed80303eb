import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { ImageRecord } from './images.ts';

export const webhookTargetSchema = z.strictObject({
  url: z.string().check(z.regex(/^https?:\/\//)),
  token: z.string(),
  /** The header for the token (default: `Authentication`). */
  header: z.optional(z.string()),
});
export type WebhookTarget = z.output<typeof webhookTargetSchema>;

const which = {
  /** Only calls for this image. */
  imageId: z.optional(z.string()),
  /** How many matching calls it affects; without it: all, until it is removed. */
  times: z.optional(z.int().check(z.positive())),
};

/** What goes wrong with a call. */
export const webhookFaultSchema = z.discriminatedUnion('kind', [
  /** The call is never made. */
  z.strictObject({ ...which, kind: z.literal('lose') }),
  /** The call is made several times (default: 2), one after the other. */
  z.strictObject({ ...which, kind: z.literal('repeat'), copies: z.optional(z.int().check(z.gte(2))) }),
  /** The call is made later. */
  z.strictObject({ ...which, kind: z.literal('delay'), delayMs: z.number().check(z.gte(0)) }),
]);
export type WebhookFault = z.output<typeof webhookFaultSchema>;

/** A call to make. Token and header are optional. */
export const webhookCallSchema = z.strictObject({
  /** Text is sent unchanged, anything else as JSON. */
  body: z.unknown(),
  token: z.optional(z.string()),
  header: z.optional(z.string()),
});
export type ForgedCall = z.output<typeof webhookCallSchema>;

/** A call that was made. */
export interface WebhookCall {
  /** Epoch ms. */
  readonly sentAt: number;
  readonly body: string;
  /** The response's status; null without a response so far. */
  readonly status: number | null;
}

export interface Webhook {
  /** Sets the webhook to call. Until then, no call is made. */
  aim(target: WebhookTarget): void;
  target(): WebhookTarget | undefined;
  calls(): readonly WebhookCall[];
  fail(fault: WebhookFault): void;
  heal(): void;
  /** Makes any call, even for something that never happened, or with another token. @returns the response's status */
  forge(call: ForgedCall): Promise<number | null>;
  /** To be called when an enhancement begins. Makes the webhook's call when it ends. */
  expect(imageId: string): Promise<void>;
}

export interface WebhookParts {
  /** An image's current record. */
  readonly read: (imageId: string) => ImageRecord | undefined;
  /** Whether an image of the order is still being enhanced. */
  readonly isOrderProcessing: (orderId: string) => boolean;
  readonly processingMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** Aborts when the sandbox closes. */
  readonly closing: AbortSignal;
}

/** The vendor's webhook, as far as it is known: a static token, no signature, no event id and no retry. */
export function createWebhook({ read, isOrderProcessing, processingMs, now, closing }: WebhookParts): Webhook {
  let target: WebhookTarget | undefined;
  let faults: readonly { readonly fault: WebhookFault; readonly left: number }[] = [];
  const calls: WebhookCall[] = [];

  async function call({ body, token, header = 'Authentication' }: ForgedCall, url: string): Promise<number | null> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const made: WebhookCall = { sentAt: now(), body: text, status: null };
    calls.push(made);
    const headers = { 'content-type': 'application/json', ...(token !== undefined && { [header]: token }) };
    try {
      const { status } = await fetch(url, { method: 'POST', headers, body: text, redirect: 'manual', signal: closing });
      Object.assign(made, { status });
    } catch {
      // There was no response, and the webhook does not retry.
    }
    return made.status;
  }

  function nextFault(imageId: string): WebhookFault | undefined {
    const hit = faults.find(({ fault, left }) => left > 0 && (fault.imageId ?? imageId) === imageId);
    faults = faults.map((each) => (each === hit ? { ...each, left: each.left - 1 } : each));
    return hit?.fault;
  }

  async function finish(imageId: string): Promise<void> {
    // A timer may fire slightly early, when the image's record is still `processing`.
    const endsAt = now() + processingMs;
    do await sleep(Math.max(1, endsAt - now()), undefined, { signal: closing, ref: false });
    while (now() < endsAt);
    const fault = nextFault(imageId);
    if (fault?.kind === 'delay') await sleep(fault.delayMs, undefined, { signal: closing, ref: false });
    const copies = fault?.kind === 'lose' ? 0 : fault?.kind === 'repeat' ? (fault.copies ?? 2) : 1;
    for (let copy = 0; copy < copies && target !== undefined; copy += 1) {
      await call({ ...target, body: bodyFor(imageId) }, target.url);
    }
  }

  function bodyFor(imageId: string) {
    const { status, order_id = null } = read(imageId) ?? {};
    return {
      event: 'image_processed',
      image_id: imageId,
      error: status === 'error',
      order_id,
      order_is_processing: typeof order_id === 'string' && isOrderProcessing(order_id),
    };
  }

  return {
    aim(given) {
      target = given;
    },
    target: () => target,
    calls: () => calls.map((made) => ({ ...made })),
    fail(fault) {
      faults = [...faults, { fault, left: fault.times ?? Number.POSITIVE_INFINITY }];
    },
    heal() {
      faults = [];
    },
    forge: async (forged) => (target === undefined ? null : call({ ...target, ...forged }, target.url)),
    async expect(imageId) {
      if (target !== undefined) await finish(imageId).catch(() => {});
    },
  };
}
