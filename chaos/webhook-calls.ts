import type { Journal } from './facts.ts';
import { type HttpRequest, sendHttp } from './models/http-api.ts';
import type { Lambda } from './models/lambda.ts';
import type { Notification } from './models/vendor-images.ts';
import type { Chance } from './random.ts';
import { WEBHOOK_TOKEN } from './scenario/submission.ts';
import type { Scheduler } from './scheduler.ts';

export interface WebhookCalls {
  /** To be called before anything happens. */
  connect(webhook: Lambda): void;
  call(body: Notification): void;
}

export interface WebhookCallsParts {
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
}

/** Nobody knows whether the vendor repeats a call that failed: here in so many of 1 cases. */
const REPEAT_SHARE = 0.5;
const MAX_CALLS = 3;

/** Autoenhance's calls of the webhook. */
export function createWebhookCalls({ scheduler, journal, chance }: WebhookCallsParts): WebhookCalls {
  let webhook: Lambda | undefined;

  async function call(body: Notification): Promise<void> {
    for (let calls = 1; calls <= MAX_CALLS; calls += 1) {
      const status = await callOnce(body);
      if (status < 500 || !chance.yes(REPEAT_SHARE)) return;
      await scheduler.sleep(chance.whole(1000, 10 * 60_000));
    }
  }

  async function callOnce(body: Notification): Promise<number> {
    const { image_id: imageId, error } = body;
    if (webhook === undefined) return 500;
    const { invocation, response } = sendHttp(webhook, requestOf(body), `image_processed of ${imageId}`);
    journal.note({ kind: 'webhook', imageId, error, invocation });
    const { status } = await response;
    journal.note({ kind: 'webhook_answered', imageId, status, invocation });
    return status;
  }

  return {
    connect(lambda) {
      webhook = lambda;
    },
    call: (body) => void call(body),
  };
}

function requestOf(body: Notification): HttpRequest {
  const headers = { authentication: WEBHOOK_TOKEN, 'content-type': 'application/json' };
  return { method: 'POST', path: '/webhooks/autoenhance', headers, body: JSON.stringify(body) };
}
