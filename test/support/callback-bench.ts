import { createHash } from 'node:crypto';
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import { createCompletions } from '../../functions/adapters/ledger/completion/completions.ts';
import { createLedger } from '../../functions/adapters/ledger/ledger.ts';
import { createCallbackApiHandler, retryAdvice } from '../../functions/callback-api/handler.ts';
import { routeOf } from '../../functions/callback-api/routes.ts';
import { createCallbackDeliveryHandler } from '../../functions/callback-delivery/handler.ts';
import { composeCallbackApi } from '../../functions/composition/callback-api.ts';
import { composeCallbackDelivery } from '../../functions/composition/callback-delivery.ts';
import { callbackGroupOf, encodeCallbackMessage } from '../../functions/core/callback/callback-message.ts';
import { type CallbackMessage, messageIdOf } from '../../functions/core/callback/delivery.ts';
import type { Verdict } from '../../functions/core/completion/completion.ts';
import { partnerMiddleware } from '../../functions/lambda/partner-middleware.ts';
import type { Runtime } from '../../functions/runtime.ts';
import { expectAnswered, expectPublished } from './contract.ts';
import { aRequest, plentyOfTime, standingClock } from './fixtures.ts';
import { type HttpRequest, httpEvent } from './http-event.ts';
import { startLedgerTable } from './ledger-table.ts';
import { lambdaContext, sqsEvent, sqsRecord, uncut } from './sqs-event.ts';

const QUEUE = 'http://sqs/callbacks.fifo';
const RESULTS = 'http://sqs/results.fifo';
/** From here on a sleep is a timeout. */
const CUT_OFF_MS = 3000;
const KEYS = { first: 'k'.repeat(64) };
const PARTNERS = ['acme', 'other'];
export const OPERATOR = 'operator';
/** What an entry says beside its keys. */
const ENTRIES: Readonly<Record<string, object>> = { other: { batches_per_day: 7 }, [OPERATOR]: { role: 'operator' } };

/** Both functions for callbacks as they are composed, over a DynamoDB protocol server and real receivers. Time stands still. */
export async function startCallbackBench() {
  const database = await startLedgerTable();
  let ids = 0;

  /** @param change what a test changes of the runtime, to be a bug */
  function start(change: Partial<Runtime> = {}) {
    // Signatures are good for five minutes of the real time.
    const clock = standingClock(Date.now());
    const lines: Record<string, unknown>[] = [];
    // biome-ignore lint/suspicious/noExplicitAny: each test reads the members that it is about
    const events: any[] = [];
    /** Ms for which each message was hidden, in their order. */
    const hidden: number[] = [];
    let messages = 0;
    const secrets = {
      keys: JSON.stringify(Object.fromEntries([...PARTNERS, OPERATOR].map((name) => [name, keyOf(name)]))),
      signing: JSON.stringify(KEYS),
    };
    const sqs = (async ({ input }: { readonly input: object }) => {
      if ('VisibilityTimeout' in input) hidden.push(Number(input.VisibilityTimeout) * 1000);
      for (const { MessageBody = '' } of (input as Partial<SendMessageBatchCommand['input']>).Entries ?? []) {
        const event = JSON.parse(MessageBody);
        expectPublished(event);
        events.push(event);
      }
      return {};
    }) as never;
    const runtime: Runtime = {
      invocation: {},
      dynamo: database.client.send.bind(database.client),
      sqs,
      secrets: (async ({ input }: { readonly input: { readonly SecretId: keyof typeof secrets } }) => ({
        SecretString: secrets[input.SecretId],
      })) as never,
      // A pause takes no time. What is cut off after a time never is.
      clock: { ...clock, sleep: async (ms, signal) => (ms < CUT_OFF_MS ? undefined : untilAborted(signal)) },
      random: () => 0.5,
      randomId: () => `id-${++ids}`,
      write: (line) => void (line !== '' && lines.push(JSON.parse(line))),
      ...change,
    };
    const common = {
      STAGE: 'test',
      LOG_LEVEL: 'info',
      LEDGER_TABLE: database.table,
      CALLBACK_KEYS_SECRET_ID: 'signing',
      CALLBACK_RECEIVERS: 'any',
    } as const;
    const api = composeCallbackApi(
      {
        ...common,
        PARTNER_KEYS_SECRET_ID: 'keys',
        PARTNER_KEYS_TTL_SECONDS: 50,
        CONSOLE: 'off',
        SESSION_SECRET_ID: '',
        PARTNER_CALLS_PER_SECOND: 1000,
        PARTNER_BURST: 10_000,
        PARTNER_BATCHES_PER_DAY: 1,
      },
      runtime,
    );
    const delivery = createCallbackDeliveryHandler(
      composeCallbackDelivery(
        {
          ...common,
          CALLBACKS_QUEUE_URL: QUEUE,
          RESULTS_QUEUE_URL: RESULTS,
          CALLBACK_LIFETIME_SECONDS: 13 * 86_400,
          FREE_RECEIVES: 300,
          SLOWED_WAIT_SECONDS: 1800,
        },
        runtime,
      ),
    );
    const { invocation } = runtime;
    const handler = middy(createCallbackApiHandler(api)).use(
      partnerMiddleware(api, { invocation, routeOf, retryAdvice }),
    );

    /** A call as a partner makes it, whose key is its name. */
    async function call(request: HttpRequest, name = 'acme') {
      const event = httpEvent({ ...request, headers: { ...request.headers, 'x-api-key': name } });
      const { statusCode: status, headers, body = '' } = await handler(event, lambdaContext());
      expectAnswered({ method: request.method ?? 'GET', path: request.path ?? '', status, headers, body });
      return { status, headers, body: body === '' ? undefined : JSON.parse(body) };
    }

    function messageFor(subject: string, more: Partial<CallbackMessage> = {}): CallbackMessage {
      const { partner = 'acme', eventId = `http:${subject}.succeeded` } = more;
      const payload = JSON.stringify({ specversion: '1.0', id: eventId, type: 'reprocess.succeeded', subject });
      return {
        id: messageIdOf(partner, eventId),
        partner,
        eventId,
        type: 'reprocess.succeeded',
        subject,
        at: clock.now(),
        payload,
        ...more,
      };
    }

    /** Hands over one message that no function has written. */
    async function deliverText(body: string): Promise<void> {
      await delivery(sqsEvent(sqsRecord(body, { group: 'some' })), lambdaContext(), uncut());
    }

    /** Hands one batch to the delivery function. @returns the subjects that come again */
    async function deliver(...batch: readonly CallbackMessage[]): Promise<readonly string[]> {
      const records = batch.map((message) =>
        sqsRecord(encodeCallbackMessage(message), {
          messageId: `${message.subject} ${++messages}`,
          group: callbackGroupOf(message),
        }),
      );
      const { batchItemFailures } = await delivery(sqsEvent(...records), lambdaContext(), uncut());
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier.split(' ')[0] ?? '');
    }

    return {
      clock,
      call,
      deliver,
      deliverText,
      messageFor,
      events,
      hidden,
      lines,
      /** As Secrets Manager has them; a test may change them. */
      secrets,
      /** A request of a partner that was started, and whose image has ended. @returns its id */
      async accept({ at, verdict }: { readonly at: number; readonly verdict: Verdict }): Promise<string> {
        const send = database.client.send.bind(database.client);
        const ledger = { send, table: database.table, clock, randomId: () => `claim-${++ids}` };
        const requestId = `http:${createHash('sha256').update(`${++ids}`).digest('hex')}`;
        const request = aRequest({ requestId, imageId: 'house', source: 'http', partner: 'acme' });
        const limits = plentyOfTime(clock);
        const { accept, record } = createLedger(ledger);
        await accept(request, limits);
        await record(request, { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at }, limits);
        const note = createCompletions(ledger).note;
        await note({ requestId, state: 'succeeded' }, { ...verdict, isAmbiguous: false }, limits);
        return requestId;
      },
      /** Sets a partner's callback. @returns its secret */
      async aim(url: string, name = 'acme', more: object = {}): Promise<string> {
        const { status, body } = await call({ method: 'PUT', path: '/v3/callback', body: { url, ...more } }, name);
        if (status !== 201) throw new Error(`the callback was not set: ${JSON.stringify(body)}`);
        return body.secret;
      },
      counted: (name: string) =>
        lines.flatMap((line) => (line[name] ?? []) as number).reduce((sum, value) => sum + value, 0),
    };
  }

  /** Removes every item, so that each test has partners without a callback. */
  async function clear(): Promise<void> {
    const { Items = [] } = await database.client.send(new ScanCommand({ TableName: database.table }));
    for (const { id } of Items) {
      if (id !== undefined)
        await database.client.send(new DeleteItemCommand({ TableName: database.table, Key: { id } }));
    }
  }

  return { start, stop: database.stop, clear };
}

function untilAborted(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
}

const keyOf = (name: string) => ({
  keys: [{ sha256: createHash('sha256').update(name).digest('hex') }],
  ...ENTRIES[name],
});
