import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from '../../local/aws-clients.ts';
import type { Service } from '../../local/service.ts';
import type { SentRequest } from './account.ts';

/** Requests that are handed over together. */
export const LOT = 20;
/** Each entry point has images of its own, each of which gets many requests. */
const IMAGES = 400;
const GIVE_UP_AFTER_MS = 120_000;

/** What was handed over. */
export interface Load {
  readonly sent: readonly SentRequest[];
  readonly batches: readonly string[];
  /** Hands over so many requests, through each entry point in turns, evenly over a time. */
  run(requests: number, overMs: number): Promise<void>;
  close(): void;
}

type Lot = readonly SentRequest[];

/** Hands requests to a service by HTTP, by SQS, as files in the bucket and as batches over HTTP. */
export function createLoad({ addresses, partner, queueRequest, uploadsBucket = '' }: Service): Load {
  const s3 = new S3Client({ ...clientSettings(addresses.s3), forcePathStyle: true });
  const sent: SentRequest[] = [];
  const batches: string[] = [];

  /** As a careful caller: again under the same key until there is an answer that says yes. */
  async function post(path: string, body: string, headers: Record<string, string>): Promise<Response> {
    const init = { method: 'POST', body, headers: { 'x-api-key': partner.key, ...headers } };
    for (const until = Date.now() + GIVE_UP_AFTER_MS; ; await sleep(500)) {
      const response = await fetch(`${addresses.api}${path}`, init).catch(() => undefined);
      if (response?.ok) return response;
      if (Date.now() > until) throw new Error(`${path} was not taken: ${response?.status} ${await response?.text()}`);
    }
  }

  const entries: Readonly<Record<string, (lot: Lot) => Promise<unknown>>> = {
    http: (lot) =>
      Promise.all(
        lot.map(({ n, imageId }) =>
          post(`/v3/images/${imageId}/process`, JSON.stringify({ n }), {
            'content-type': 'application/json',
            prefer: 'respond-async',
            'idempotency-key': `n-${n}`,
          }),
        ),
      ),
    sqs: (lot) =>
      Promise.all(
        lot.map(({ n, imageId }) => queueRequest({ image_id: imageId, preferences: { n }, request_id: `n-${n}` })),
      ),
    file: (lot) =>
      s3.send(
        new PutObjectCommand({ Bucket: uploadsBucket, Key: `requests/lot-${lot[0]?.n}.ndjson`, Body: lines(lot) }),
      ),
    batch: async (lot) => {
      const headers = { 'content-type': 'application/x-ndjson' };
      const response = await post(`/v3/batches?name=lot-${lot[0]?.n}.ndjson`, lines(lot), headers);
      batches.push(((await response.json()) as { readonly batch_id: string }).batch_id);
    },
  };
  const names = Object.keys(entries);

  return {
    sent,
    batches,
    async run(requests, overMs) {
      const began = Date.now();
      for (let n = 0; n < requests; n += LOT) {
        const round = Math.floor(n / LOT);
        const name = names[round % names.length] ?? '';
        // An image of a file or a batch has one request: the lines of two files have no order among each other.
        const spread = name === 'http' || name === 'sqs' ? IMAGES : Number.POSITIVE_INFINITY;
        const first = Math.floor(round / names.length) * LOT;
        const lot = Array.from({ length: LOT }, (__, index) => ({
          n: n + index,
          imageId: `${name}-${spread === Number.POSITIVE_INFINITY ? n + index : (first + index) % spread}`,
        }));
        sent.push(...lot);
        await entries[name]?.(lot);
        await sleep(Math.max(0, began + (overMs * n) / requests - Date.now()));
      }
    },
    close: () => s3.destroy(),
  };
}

const lines = (lot: Lot) =>
  lot.map(({ n, imageId }) => JSON.stringify({ image_id: imageId, preferences: { n } })).join('\n');
