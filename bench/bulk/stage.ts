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

/** A call of the endpoint. */
export interface ProcessCall {
  readonly imageId: string;
  /** Epoch ms. */
  readonly at: number;
}

/** The local service with rates and a queue's depth that stand in the ratio of a deployed one's, and an account without a limit. */
export interface BulkStage {
  readonly service: Service;
  /** Hands over images under a partner's key. */
  sendBatch(partner: string, name: string, images: readonly string[]): Promise<void>;
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
  const service = await startService({ sandbox, variables });
  const entries = Object.fromEntries(partners.map((name) => [name, keyEntry(keyOf(name))]));
  service.secretsManager.put(secretName('local', 'partner-keys'), JSON.stringify(entries));
  service.sandbox?.fail({ kind: 'delay', delayMs: ENDPOINT_MS });
  return {
    service,
    async sendBatch(partner, name, images) {
      const response = await fetch(`${service.addresses.api}/v3/batches?name=${name}`, {
        method: 'POST',
        headers: { 'x-api-key': keyOf(partner), 'content-type': 'text/csv' },
        body: `image_id,enhance_type\n${images.map((image) => `${image},warm\n`).join('')}`,
      });
      if (!response.ok) throw new Error(`the batch was answered ${response.status}: ${await response.text()}`);
      await response.text();
    },
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

export const keyOf = (partner: string): string => `key-of-${partner}`;

/** `bulk-1`, `bulk-2` … */
export function imagesOf(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}

/** Those of the images that `imagesOf` names. */
export function callsFor(name: string, calls: readonly ProcessCall[]): readonly ProcessCall[] {
  return calls.filter(({ imageId }) => imageId.startsWith(`${name}-`));
}
