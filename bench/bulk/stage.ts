import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { secretName } from '../../infra/names.ts';
import { type Service, startService } from '../../local/service.ts';
import { keyEntry } from '../events.ts';

/** Calls a second of all workers together. With the batches' own work this machine does no more; the queue's depth is derived from it. */
export const CALLS_PER_SECOND = 50;
const WORKERS = 5;
const BULK_SECONDS = 5;
const ENDPOINT_MS = 300;
const SENT_AT_ONCE = 10;
const OPERATOR = 'operator';
const SCHEDULES_EVERY_MS = 2000;
const MAX_TRIES = 5;

/** A call of the endpoint. */
export interface ProcessCall {
  readonly imageId: string;
  /** Epoch ms. */
  readonly at: number;
}

/** The local service with rates and a queue's depth that stand in the ratio of a deployed one's, and an account without a limit. */
export interface BulkStage {
  readonly service: Service;
  /** Hands over images under a partner's key, again while a part of the service is unavailable. */
  sendBatch(partner: string, name: string, images: readonly string[]): Promise<void>;
  /** Nothing is sent until it is resumed. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Puts single requests on the queue. */
  queue(images: readonly string[]): Promise<void>;
  /** So far. */
  calls(): readonly ProcessCall[];
  stop(): Promise<void>;
}

export async function startBulkStage(partners: readonly string[]): Promise<BulkStage> {
  const variables = {
    DAILY_LIMIT: 'none',
    CALLS_PER_SECOND: String(CALLS_PER_SECOND / WORKERS),
    BULK_DEPTH: String(BULK_SECONDS * CALLS_PER_SECOND),
  };
  const sandbox = { acceptAnyImage: true, dailyLimit: null };
  const service = await startService({ sandbox, variables, schedulesEveryMs: SCHEDULES_EVERY_MS });
  const operator = { [OPERATOR]: { ...keyEntry(keyOf(OPERATOR)), role: 'operator' } };
  const entries = { ...Object.fromEntries(partners.map((name) => [name, keyEntry(keyOf(name))])), ...operator };
  service.secretsManager.put(secretName('local', 'partner-keys'), JSON.stringify(entries));
  service.sandbox?.fail({ kind: 'delay', delayMs: ENDPOINT_MS });

  /** A call of the HTTP API that has to succeed. */
  async function call(name: string, path: string, init: RequestInit & { readonly headers?: Record<string, string> }) {
    const headers = { ...init.headers, 'x-api-key': keyOf(name) };
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(`${service.addresses.api}${path}`, { ...init, headers });
      const text = await response.text();
      if (response.ok) return;
      if (response.status !== 503 || tries === MAX_TRIES)
        throw new Error(`${path} was answered ${response.status}: ${text}`);
    }
  }

  return {
    service,
    async sendBatch(partner, name, images) {
      const body = `image_id,enhance_type\n${images.map((image) => `${image},warm\n`).join('')}`;
      const headers = { 'content-type': 'text/csv' };
      await call(partner, `/v3/batches?name=${name}`, { method: 'POST', headers, body });
    },
    pause: () => call(OPERATOR, '/v3/pause', { method: 'PUT', headers: JSON_TYPE, body: '{"reason":"bench"}' }),
    resume: () => call(OPERATOR, '/v3/pause', { method: 'DELETE' }),
    async queue(images) {
      for (let first = 0; first < images.length; first += SENT_AT_ONCE) {
        const Entries = images.slice(first, first + SENT_AT_ONCE).map((image, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify({ image_id: image, preferences: { enhance_type: 'warm' } }),
          MessageGroupId: image,
          MessageDeduplicationId: image,
        }));
        await service.sqs.send(new SendMessageBatchCommand({ QueueUrl: service.queueUrls.requests, Entries }));
      }
    },
    calls: () =>
      (service.sandbox?.calls() ?? []).map(({ imageId, receivedAt }) => ({ imageId: imageId ?? '', at: receivedAt })),
    stop: () => service.stop(0),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

export const keyOf = (partner: string): string => `key-of-${partner}`;

/** `bulk-1`, `bulk-2` … */
export function imagesOf(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}

/** Those of the images that `imagesOf` names. */
export function callsFor(name: string, calls: readonly ProcessCall[]): readonly ProcessCall[] {
  return calls.filter(({ imageId }) => imageId.startsWith(`${name}-`));
}
