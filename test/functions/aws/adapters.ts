import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { createMessageVisibility } from '../../../functions/adapters/queues/message-visibility.ts';
import { createRequestBatches } from '../../../functions/adapters/queues/request-batches.ts';
import { createRequestQueue } from '../../../functions/adapters/queues/request-queue.ts';
import { readSecret } from '../../../functions/adapters/secrets/read-secret.ts';
import { fingerprintOf, type ReprocessRequest } from '../../../functions/core/request/reprocess-request.ts';
import type { Runtime } from '../../../functions/runtime.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const preferences = { image_name: 'Küche "Süd" 🏠\u0000' };
const request: ReprocessRequest = {
  requestId: 'http:0123',
  imageId: 'image',
  preferences,
  fingerprint: fingerprintOf('image', preferences),
  source: 'http',
  acceptedAt: NOON,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

/** Has the adapters make one call of each kind, one after the other. Returns what they make of the answers. */
export async function callEverything({ sqs, dynamo, secrets }: Pick<Runtime, 'sqs' | 'dynamo' | 'secrets'>) {
  const clock = { now: () => NOON, sleep: () => new Promise<void>(() => {}) };
  const limits = { deadline: Number.POSITIVE_INFINITY, signal: new AbortController().signal };
  const told: unknown[] = [];
  const log = { warn: (...words: unknown[]) => void told.push(words) } as never;
  const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/1/requests.fifo';
  const batches = createRequestBatches({ send: sqs, queueUrl });
  const ledger = createLedger({ send: dynamo, table: 'ledger', clock: clock as never, randomId: () => 'id' });
  const parts = { secretId: 'key', parse: (text: string) => text, example: '' };
  await createRequestQueue({ send: sqs, queueUrl }).send(request, limits);
  told.push(await batches.send([{ ...request, body: '{}' }] as never, limits));
  told.push(await batches.depth(limits));
  await createMessageVisibility({ send: sqs, queueUrl, log }).hide('receipt', 30_000, limits);
  told.push(await readSecret({ ...parts, send: secrets, clock }));
  told.push(await ledger.accept(request, limits));
  return told;
}
