import { randomUUID } from 'node:crypto';
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type {
  HttpResponse as EndpointAnswer,
  HttpRequest,
  Transport,
} from '../../../functions/adapters/autoenhance/http-request.ts';
import { createPauseStore } from '../../../functions/adapters/ledger/account/pause.ts';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { createSweepHandler } from '../../../functions/completion-sweep/handler.ts';
import { composeCompletionSweep } from '../../../functions/composition/completion-sweep.ts';
import type { Outcome } from '../../../functions/core/outcome/outcome.ts';
import type { Clock } from '../../../functions/core/ports.ts';
import type { ReprocessRequest } from '../../../functions/core/request/reprocess-request.ts';
import type { SweepEnvironment } from '../../../functions/environment.ts';
import type { Runtime } from '../../../functions/runtime.ts';
import { expectPublished } from '../../support/contract.ts';
import { aLease, aRequest, NOON, plentyOfTime } from '../../support/fixtures.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { lambdaContext } from '../../support/sqs-event.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** The endpoint's records by image id; a response instead, where it answers with no record. */
export type Answers = Record<string, object | ((call: HttpRequest) => Partial<EndpointAnswer>)>;

export interface SweepOptions {
  readonly expectsWebhook?: boolean;
  readonly callsPerSecond?: number;
  /** Ms left of each invocation. */
  readonly remainingMs?: number;
  readonly dynamo?: Runtime['dynamo'];
}

/** From here on a sleep is a timeout. */
const CUT_OFF_MS = 3000;

/** A clock that a sleep moves on, the one that ends first before all others. */
function steppingClock(): Clock & { set(epochMs: number): void } {
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  let now = NOON;

  function step(): void {
    const next = sleepers.toSorted((a, b) => a.until - b.until)[0];
    if (next === undefined) return;
    sleepers.splice(sleepers.indexOf(next), 1);
    now = Math.max(now, next.until);
    next.wake();
  }

  return {
    now: () => now,
    set(epochMs) {
      now = epochMs;
    },
    sleep(ms, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      signal?.addEventListener('abort', () => resolve());
      if (ms >= CUT_OFF_MS) return promise;
      sleepers.push({ until: now + ms, wake: resolve });
      setTimeout(step, 1);
      return promise;
    },
    timeout: () => ({ signal: new AbortController().signal, clear: () => {} }),
  };
}

/** The sweep as it is composed, over a DynamoDB protocol server. Time stands still but for what a test moves. */
export async function startSweepBench() {
  const database = await startLedgerTable();
  const send: Runtime['dynamo'] = database.client.send.bind(database.client);

  function start({ expectsWebhook = true, callsPerSecond = 10, ...options }: SweepOptions = {}) {
    const clock = steppingClock();
    const { dynamo = send, remainingMs = 55_000 } = options;
    const answers: Answers = {};
    const calls: { readonly imageId: string; readonly at: number }[] = [];
    // biome-ignore lint/suspicious/noExplicitAny: each test reads the members that it is about
    const events: any[] = [];
    const queued: unknown[] = [];
    const lines: Record<string, unknown>[] = [];
    const queue = { isAway: false };

    const transport: Transport = async (call) => {
      const imageId = call.url.split('/').at(-1) ?? '';
      calls.push({ imageId, at: clock.now() });
      const answer = answers[imageId] ?? {};
      const response = typeof answer === 'function' ? answer(call) : { body: JSON.stringify(answer) };
      return { status: 200, headers: {}, truncated: false, body: '', ...response };
    };
    const sqs = (async ({ input }: SendMessageBatchCommand | SendMessageCommand) => {
      if (queue.isAway) throw new Error('connect ECONNREFUSED');
      if ('MessageBody' in input) {
        queued.push(JSON.parse(input.MessageBody ?? ''));
        return {};
      }
      for (const { MessageBody = '', MessageDeduplicationId } of (input as SendMessageBatchCommand['input']).Entries ??
        []) {
        const event = JSON.parse(MessageBody);
        if (event.id !== MessageDeduplicationId) throw new Error(`${event.id} is sent as ${MessageDeduplicationId}`);
        expectPublished(event);
        events.push(event);
      }
      return {};
    }) as never;
    const runtime: Runtime = {
      invocation: {},
      dynamo,
      sqs,
      secrets: (async () => ({ SecretString: 'the-api-key' })) as never,
      clock,
      random: () => 0,
      randomId: randomUUID,
      write: (line) => void lines.push(JSON.parse(line)),
    };
    const environment: SweepEnvironment = {
      STAGE: 'test',
      LOG_LEVEL: 'info',
      LEDGER_TABLE: database.table,
      REQUESTS_QUEUE_URL: 'http://sqs/requests.fifo',
      RESULTS_QUEUE_URL: 'http://sqs/results.fifo',
      CALLBACKS_QUEUE_URL: 'http://sqs/callbacks.fifo',
      DAILY_RESET: { minute: 0, zone: 'UTC' },
      AUTOENHANCE_SECRET_ID: 'the/key',
      AUTOENHANCE_BASE_URL: 'http://endpoint',
      AUTOENHANCE_API_VERSION: '',
      CALLS_PER_SECOND: callsPerSecond,
      LOOKS_SECONDS: [120, 300, 900, 3600, 21_600],
      COMPLETION_WITHIN_SECONDS: 86_400,
      EXPECTS_WEBHOOK: expectsWebhook,
    };
    const handler = middy(createSweepHandler(composeCompletionSweep(environment, runtime, transport)));
    const limits = () => plentyOfTime(clock);
    const ledger = createLedger({ send, table: database.table, clock, randomId: randomUUID });

    /** A request that the endpoint accepted now, with this response. */
    async function started(
      imageId: string,
      its: Partial<ReprocessRequest> = {},
      response: string | null = '{"status":"processing"}',
    ): Promise<ReprocessRequest> {
      const request = aRequest({ imageId, acceptedAt: clock.now(), ...its });
      await ledger.accept(request, limits());
      await ledger.claim(request, aLease(clock.now() + MINUTE), limits());
      const outcome: Outcome = { kind: 'succeeded', response, attempts: 1, warnings: [], at: clock.now() };
      await ledger.record(request, outcome, limits());
      return request;
    }

    return {
      clock,
      answers,
      calls,
      events,
      queued,
      lines,
      queue,
      started,
      ledger,
      pauses: createPauseStore({ send, table: database.table, clock }),
      limits,
      run: () => handler({}, lambdaContext(remainingMs)) as Promise<void>,
      /** Runs at a time so long from now. */
      async runAfter(ms: number) {
        clock.set(clock.now() + ms);
        await (handler({}, lambdaContext(remainingMs)) as Promise<void>);
      },
      find: async ({ requestId }: ReprocessRequest) => {
        const item = await ledger.find(requestId, limits());
        if (item === undefined) throw new Error(`${requestId} has no item`);
        return item;
      },
      /** Of a metric, over all runs. */
      counted: (name: string) =>
        lines.reduce((sum, line) => sum + (typeof line[name] === 'number' ? line[name] : 0), 0),
    };
  }

  return { start, send, stop: database.stop, clear: () => clear(database) };
}

async function clear({ client, table }: Awaited<ReturnType<typeof startLedgerTable>>): Promise<void> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
  for (const { id } of Items)
    if (id !== undefined) await client.send(new DeleteItemCommand({ TableName: table, Key: { id } }));
}
