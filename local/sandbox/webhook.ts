import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { ImageRecord } from './images.ts';

export const webhookTargetSchema = z.strictObject({
  url: z.string().check(z.regex(/^https?:\/\//)),
  token: z.string(),
  /** In which the token travels: `Authentication` unless given. */
  header: z.optional(z.string()),
});
export type WebhookTarget = z.output<typeof webhookTargetSchema>;

const which = {
  /** Only calls for this image. */
  imageId: z.optional(z.string()),
  /** How many calls it hits, of those that fit; without it: all, until it is removed. */
  times: z.optional(z.int().check(z.positive())),
};

/** What goes wrong with a call that is due. */
export const webhookFaultSchema = z.discriminatedUnion('kind', [
  /** It is never made. */
  z.strictObject({ ...which, kind: z.literal('lose') }),
  /** It is made so many times, two unless given, one after the other. */
  z.strictObject({ ...which, kind: z.literal('repeat'), copies: z.optional(z.int().check(z.gte(2))) }),
  /** It is made so much later. */
  z.strictObject({ ...which, kind: z.literal('delay'), delayMs: z.number().check(z.gte(0)) }),
]);
export type WebhookFault = z.output<typeof webhookFaultSchema>;

/** A call as it should be, and, where it differs, whose token it carries and how. */
export const webhookCallSchema = z.strictObject({
  /** Text goes as it is, anything else as JSON. */
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
  /** What it was answered; null when it was not, or not yet. */
  readonly status: number | null;
}

export interface Webhook {
  /** Whom to call from now on; nobody until then. */
  aim(target: WebhookTarget): void;
  target(): WebhookTarget | undefined;
  calls(): readonly WebhookCall[];
  fail(fault: WebhookFault): void;
  heal(): void;
  /** Makes a call for something that never happened, or with another token. @returns what it was answered */
  forge(call: ForgedCall): Promise<number | null>;
  /** An enhancement of this image has begun: makes the call when it ends. */
  expect(imageId: string): Promise<void>;
}

export interface WebhookParts {
  /** An image's record as it stands now. */
  readonly read: (imageId: string) => ImageRecord | undefined;
  readonly processingMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** Aborts when the sandbox closes. */
  readonly closing: AbortSignal;
}

/** The vendor's webhook, as far as it is known: a static token, no signature, no id of its own, and no second attempt. */
export function createWebhook({ read, processingMs, now, closing }: WebhookParts): Webhook {
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
      // Nobody answered: a caller that does not try again has nothing more to do.
    }
    return made.status;
  }

  function nextFault(imageId: string): WebhookFault | undefined {
    const hit = faults.find(({ fault, left }) => left > 0 && (fault.imageId ?? imageId) === imageId);
    faults = faults.map((each) => (each === hit ? { ...each, left: each.left - 1 } : each));
    return hit?.fault;
  }

  async function finish(imageId: string): Promise<void> {
    // A timer may fire shortly before its time, and the image's record would say that it is still being processed.
    const endsAt = now() + processingMs;
    do await sleep(Math.max(1, endsAt - now()), undefined, { signal: closing, ref: false });
    while (now() < endsAt);
    const fault = nextFault(imageId);
    if (fault?.kind === 'delay') await sleep(fault.delayMs, undefined, { signal: closing, ref: false });
    const copies = fault?.kind === 'lose' ? 0 : fault?.kind === 'repeat' ? (fault.copies ?? 2) : 1;
    for (let copy = 0; copy < copies && target !== undefined; copy += 1) {
      await call({ ...target, body: bodyFor(imageId, read(imageId)) }, target.url);
    }
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

function bodyFor(imageId: string, record: ImageRecord | undefined) {
  const { status, order_id = null } = record ?? {};
  return {
    event: 'image_processed',
    image_id: imageId,
    error: status === 'error',
    order_id,
    order_is_processing: false,
  };
}
