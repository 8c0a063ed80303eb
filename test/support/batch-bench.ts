import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import middy from '@middy/core';
import { createBatchLedger } from '../../functions/adapters/ledger/batches/batches.ts';
import { createLineLedger } from '../../functions/adapters/ledger/batches/lines.ts';
import { createBatchApiHandler } from '../../functions/batch-api/handler.ts';
import { routeOf } from '../../functions/batch-api/routes.ts';
import { type BatchRuntime, signerOf } from '../../functions/batch-runtime.ts';
import { composeBatchApi } from '../../functions/composition/batch-api.ts';
import { composeOrderApi } from '../../functions/composition/order-api.ts';
import { batchRetryAdvice } from '../../functions/lambda/batch-retry-advice.ts';
import type { HttpResponse } from '../../functions/lambda/http.ts';
import { partnerMiddleware } from '../../functions/lambda/partner-middleware.ts';
import { createOrderApiHandler } from '../../functions/order-api/handler.ts';
import { routeOf as orderRouteOf } from '../../functions/order-api/routes.ts';
import { clientSettings } from '../../local/aws-clients.ts';
import type { CreatedObject } from '../../local/queues/versioned-store.ts';
import { startQueues } from '../../local/queues.ts';
import { createSandbox } from '../../local/sandbox/server.ts';
import { expectAnswered } from './contract.ts';
import { NO_PARTNER_LIMITS, NOON, plentyOfTime, standingClock } from './fixtures.ts';
import { type HttpRequest, httpEvent } from './http-event.ts';
import { startLedgerTable } from './ledger-table.ts';
import { lambdaContext } from './sqs-event.ts';

export const BUCKET = 'uploads';
const API_KEY = 'the-account-key';
const keyOf = (name: string) => [{ sha256: createHash('sha256').update(`${name}-key`).digest('hex') }];
const PARTNER_KEYS = JSON.stringify({
  acme: { keys: keyOf('acme') },
  globex: { keys: keyOf('globex') },
  small: { keys: keyOf('small'), batches_per_day: 1 },
  desk: { keys: keyOf('desk'), role: 'operator' },
});

export interface Called {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test reads a response at its own risk
  readonly body: any;
}

type Send = (command: { readonly input: object }, options?: object) => Promise<unknown>;
/** Stands before a client; it may fail a command. */
export type Before = (command: { readonly input: object }, send: Send) => Promise<unknown>;

export interface BenchOptions {
  readonly s3?: Before;
  readonly dynamo?: Before;
  readonly events?: Before;
  readonly dailyLimit?: number | null;
  /** That each partner may make. */
  readonly batchesPerDay?: number;
}

/** The batch and order functions over S3 and DynamoDB as they are spoken to, and the sandbox. */
export async function startBatchBench() {
  const storage = await startQueues();
  const database = await startLedgerTable();
  const sandbox = await createSandbox({ apiKey: API_KEY });
  const created: CreatedObject[] = [];
  storage.createBuckets([BUCKET], (object) => created.push(object));
  const settings = { ...clientSettings(storage.url), forcePathStyle: true };
  const s3 = new S3Client(settings);
  const signer = signerOf(settings);
  const clock = standingClock();
  const table = { send: database.client.send.bind(database.client), table: database.table, clock };
  let ids = 0;

  /** Both functions, each in a container of its own, and what they tell the feeder. */
  function open({ dailyLimit = 500, batchesPerDay = 1000, ...stand }: BenchOptions = {}) {
    const woken: unknown[] = [];
    const lines: string[] = [];
    const through = (send: Send, before?: Before) =>
      ((command: { readonly input: object }, options?: object) =>
        before === undefined ? send(command, options) : before(command, (each) => send(each, options))) as never;
    const runtime: BatchRuntime = {
      invocation: {},
      sqs: undefined as never,
      s3: through(s3.send.bind(s3) as unknown as Send, stand.s3),
      dynamo: through(database.client.send.bind(database.client) as unknown as Send, stand.dynamo),
      events: through(async ({ input }) => {
        woken.push(input);
        return { FailedEntryCount: 0 };
      }, stand.events),
      secrets: (async ({ input }: { readonly input: { readonly SecretId: string } }) => ({
        SecretString: input.SecretId === 'key' ? JSON.stringify({ apiKey: API_KEY }) : PARTNER_KEYS,
      })) as never,
      signer,
      clock,
      random: () => 0,
      randomId: () => `id-${++ids}`,
      write: (line) => void lines.push(line),
    };
    const environment = {
      STAGE: 'test',
      LOG_LEVEL: 'info',
      LEDGER_TABLE: database.table,
      UPLOADS_BUCKET: BUCKET,
      FILES_KEPT_DAYS: 180,
      PARTNER_KEYS_SECRET_ID: 'partners',
      PARTNER_KEYS_TTL_SECONDS: 60,
      CONSOLE: 'off',
      SESSION_SECRET_ID: '',
      FEEDER_SOURCE: 'reprocess.test',
      CALLS_PER_SECOND: 100,
      DAILY_LIMIT: dailyLimit,
      DAILY_RESET: { minute: 0, zone: 'UTC' },
      INTERACTIVE_SHARE: 0.1,
      ...NO_PARTNER_LIMITS,
      PARTNER_BATCHES_PER_DAY: batchesPerDay,
    } as const;
    const autoenhance = {
      AUTOENHANCE_SECRET_ID: 'key',
      AUTOENHANCE_BASE_URL: sandbox.url,
      AUTOENHANCE_API_VERSION: '',
      IMAGE_CALLS_PER_SECOND: 1000,
    };
    const batches = composeBatchApi(environment, runtime);
    const orders = composeOrderApi({ ...environment, ...autoenhance }, runtime);
    const { invocation } = runtime;
    const options = { invocation, retryAdvice: batchRetryAdvice };
    const batchHandler = middy(createBatchApiHandler(batches)).use(partnerMiddleware(batches, { ...options, routeOf }));
    const orderHandler = middy(createOrderApiHandler(orders)).use(
      partnerMiddleware(orders, {
        ...options,
        routeOf: orderRouteOf,
      }),
    );

    /** @param partner whose key the call has */
    async function call({ headers, ...rest }: HttpRequest, partner = 'acme'): Promise<Called> {
      const event = httpEvent({ ...rest, headers: { 'x-api-key': `${partner}-key`, ...headers } });
      const { method = 'GET', path = '/' } = rest;
      const handler = path.startsWith('/v3/batches') ? batchHandler : orderHandler;
      const response = (await handler(event, lambdaContext())) as HttpResponse;
      const { statusCode: status, headers: given, body = '', isBase64Encoded } = response;
      const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('latin1') : body;
      expectAnswered({ method, path, status, headers: given, body: text });
      return {
        status,
        headers: given,
        text,
        body: given['content-type']?.includes('json') ? JSON.parse(text) : undefined,
      };
    }

    const post = (path: string, body?: unknown, more: Partial<HttpRequest> = {}, partner?: string) =>
      call(
        { method: 'POST', path, body, ...more, headers: { 'content-type': 'application/json', ...more.headers } },
        partner,
      );
    return {
      call,
      post,
      /** A table, as a person sends it. */
      csv: (text: string, query: Record<string, string> = {}, partner?: string) =>
        post('/v3/batches', text, { query, headers: { 'content-type': 'text/csv' } }, partner),
      get: (path: string, query?: Record<string, string>, partner?: string) =>
        call({ path, ...(query && { query }) }, partner),
      woken,
      lines,
    };
  }

  return {
    open,
    sandbox,
    clock,
    created,
    s3,
    limits: plentyOfTime(clock),
    batches: createBatchLedger(table),
    lines: createLineLedger(table),
    table,
    database,
    async stop() {
      s3.destroy();
      signer.destroy();
      await Promise.all([storage.close(), database.stop(), sandbox.close()]);
    },
  };
}

export { NOON };
