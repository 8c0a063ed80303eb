import type { SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchEvent, partnerKeysSecret } from '../../bench/events.ts';
import { type Counts, type Servers, startServers } from '../../bench/servers/servers.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import { composeApi } from '../../functions/composition/api.ts';
import { composeBatchApi } from '../../functions/composition/batch-api.ts';
import { composeCallbackApi } from '../../functions/composition/callback-api.ts';
import { composeCallbackDelivery } from '../../functions/composition/callback-delivery.ts';
import { composeOrderApi } from '../../functions/composition/order-api.ts';
import { composeWebhook } from '../../functions/composition/webhook.ts';
import { composeWorker } from '../../functions/composition/worker.ts';
import { createWorkerHandler } from '../../functions/reprocess-worker/handler.ts';
import { type Runtime, systemRuntime } from '../../functions/runtime.ts';
import { NO_LIMIT, NO_PARTNER_LIMITS } from '../support/fixtures.ts';
import { lambdaContext, uncut } from '../support/sqs-event.ts';

const PATIENCE_MS = 100_000;
const waits = { LOST_RESPONSE_WAIT_SECONDS: 30, PARTNER_KEYS_TTL_SECONDS: 50 } as const;
const common = { STAGE: 'test', LOG_LEVEL: 'error', LEDGER_TABLE: 'ledger', ...waits } as const;
let servers: Servers;
let runtime: Runtime;

beforeAll(async () => {
  servers = await startServers({ tls: false });
  servers.setPartnerKeys(partnerKeysSecret(1));
});
afterAll(() => servers.close());
afterEach(() => void vi.unstubAllEnvs());
beforeEach(() => {
  servers.refuse([]);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', servers.addresses.sqs);
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', servers.addresses.dynamodb);
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', servers.addresses.secretsManager);
  runtime = {
    ...systemRuntime(),
    clock: { ...systemClock, sleep: untilAborted, timeout: () => systemClock.timeout(PATIENCE_MS) },
    write: () => {},
  };
  servers.takeCounts();
});

// Counts must not depend on how busy this machine is: nobody loses patience here, neither events that wait for each other
// nor a read that takes long, nor INIT, nor a batch.
function untilAborted(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
}

/** How many connections they took depends on how busy this machine is. */
function callsOf({ connections: _, ...calls }: Counts): Counts {
  return calls;
}

function startWorker() {
  const { prepare, ...parts } = composeWorker(
    {
      ...common,
      REQUESTS_QUEUE_URL: `${servers.addresses.sqs}/000000000000/requests.fifo`,
      RESULTS_QUEUE_URL: `${servers.addresses.sqs}/000000000000/results.fifo`,
      CALLBACKS_QUEUE_URL: `${servers.addresses.sqs}/000000000000/callbacks.fifo`,
      AUTOENHANCE_SECRET_ID: 'autoenhance',
      AUTOENHANCE_BASE_URL: servers.addresses.endpoint,
      AUTOENHANCE_API_VERSION: '',
      RETRY_FOR_SECONDS: 60,
      CALLS_PER_SECOND: 1_000_000,
      REQUEST_LIFETIME_SECONDS: Number.POSITIVE_INFINITY,
      FIRST_LOOK_SECONDS: 120,
      FREE_RECEIVES: 300,
      SLOWED_WAIT_SECONDS: 60,
      ...NO_LIMIT,
    },
    runtime,
  );
  const handler = createWorkerHandler(parts);
  return { prepare, invoke: () => handler(batchEvent(10) as unknown as SQSEvent, lambdaContext(), uncut()) };
}

describe('in calm', { timeout: PATIENCE_MS }, () => {
  it('300 requests cost 600 ledger writes, 30 batches of outcomes, and one call each', async () => {
    const { prepare, invoke } = startWorker();
    await prepare();
    servers.takeCounts();
    for (let batch = 0; batch < 30; batch += 1) expect(await invoke()).toEqual({ batchItemFailures: [] });
    // The pause is read anew every few seconds.
    const { GetItem: _, ...calls } = callsOf(servers.takeCounts());
    expect(calls).toEqual({ process: 300, UpdateItem: 600, SendMessageBatch: 30 });
  });
});

describe('INIT', { timeout: PATIENCE_MS }, () => {
  const ofBatch = { process: 10, UpdateItem: 20, SendMessageBatch: 1 };

  it('of the worker reads the key, and opens a connection to each that the first batch calls', async () => {
    await startWorker().prepare();
    const counts = servers.takeCounts();
    expect(callsOf(counts)).toEqual({ GetSecretValue: 1, GetItem: 1, GetQueueAttributes: 1 });
    expect(counts.connections).toBeGreaterThanOrEqual(4);
  });

  it('of the worker leaves to the first batch its own calls alone', async () => {
    const { prepare, invoke } = startWorker();
    await prepare();
    servers.takeCounts();
    expect(await invoke()).toEqual({ batchItemFailures: [] });
    expect(callsOf(servers.takeCounts())).toEqual(ofBatch);
  });

  it.each(['dynamodb', 'sqs', 'secretsManager', 'endpoint'] as const)(
    'of the worker survives %s being away, and the first batch does what was not done',
    async (name) => {
      const { prepare, invoke } = startWorker();
      servers.refuse([name]);
      await prepare();
      servers.refuse([]);
      servers.takeCounts();
      expect(await invoke()).toEqual({ batchItemFailures: [] });
      expect(servers.takeCounts()).toMatchObject({
        ...ofBatch,
        ...(name === 'dynamodb' && { GetItem: 1 }),
        ...(name === 'secretsManager' && { GetSecretValue: 1 }),
      });
    },
  );

  it('of the API reads the partners’ keys, and makes the first call to SQS and the ledger', async () => {
    const REQUESTS_QUEUE_URL = `${servers.addresses.sqs}/000000000000/requests.fifo`;
    const environment = {
      ...common,
      REQUESTS_QUEUE_URL,
      DEAD_LETTERS_QUEUE_URL: REQUESTS_QUEUE_URL,
      PARTNER_KEYS_SECRET_ID: 'partners',
      CONSOLE: 'on' as const,
      SESSION_SECRET_ID: 'sessions',
      VERSION: '1.2.3',
      MAX_QUEUE_DEPTH: 10,
      ...NO_LIMIT,
      ...NO_PARTNER_LIMITS,
    };
    await composeApi(environment, runtime).prepare();
    expect(callsOf(servers.takeCounts())).toEqual({ GetSecretValue: 1, GetItem: 1, GetQueueAttributes: 1 });
  });

  it.each<[string, (environment: never, runtime: never) => { readonly prepare: () => Promise<void> }, number]>([
    ['batches', composeBatchApi, 1],
    ['orders', composeOrderApi, 2],
    ['callbacks', composeCallbackApi, 2],
    ['the delivery of callbacks', composeCallbackDelivery, 1],
    ['the webhook', composeWebhook, 2],
  ])('of %s makes the first call to the ledger, and reads its secrets', async (_, compose, GetSecretValue) => {
    const queue = `${servers.addresses.sqs}/000000000000/requests.fifo`;
    const environment = {
      ...{ ...common, ...NO_LIMIT, ...NO_PARTNER_LIMITS, VERSION: '1.2.3', CONSOLE: 'off', SESSION_SECRET_ID: '' },
      ...{ REQUESTS_QUEUE_URL: queue, RESULTS_QUEUE_URL: queue, CALLBACKS_QUEUE_URL: queue },
      ...{ PARTNER_KEYS_SECRET_ID: 'partners', AUTOENHANCE_SECRET_ID: 'autoenhance' },
      ...{ CALLBACK_KEYS_SECRET_ID: 'callback-keys', WEBHOOK_TOKEN_SECRET_ID: 'token' },
      ...{ AUTOENHANCE_BASE_URL: servers.addresses.endpoint, AUTOENHANCE_API_VERSION: '', IMAGE_CALLS_PER_SECOND: 1 },
      ...{ UPLOADS_BUCKET: 'uploads', FILES_KEPT_DAYS: 180, FEEDER_SOURCE: 'test', CALLS_PER_SECOND: 1 },
      ...{ CALLBACK_RECEIVERS: 'public', CALLBACK_LIFETIME_SECONDS: 9, FREE_RECEIVES: 300, SLOWED_WAIT_SECONDS: 60 },
    };
    const never = () => Promise.reject(new Error('nobody asks'));
    const all = { ...runtime, s3: never, events: never, signer: undefined };
    await compose(environment as never, all as never).prepare();
    expect(callsOf(servers.takeCounts())).toEqual({ GetSecretValue, GetItem: 1 });
  });
});
