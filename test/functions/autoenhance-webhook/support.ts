import type { SendMessageBatchCommand, SendMessageBatchCommandOutput, SendMessageCommand } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import { expect } from 'vitest';
import type {
  HttpResponse as EndpointAnswer,
  Transport,
} from '../../../functions/adapters/autoenhance/http-request.ts';
import { systemClock } from '../../../functions/adapters/system-clock.ts';
import { createWebhookHandler, retryAdvice } from '../../../functions/autoenhance-webhook/handler.ts';
import { composeWebhook } from '../../../functions/composition/webhook.ts';
import type { HttpResponse } from '../../../functions/lambda/http.ts';
import { problemDetails } from '../../../functions/lambda/problem-details.ts';
import { webhookAuthentication } from '../../../functions/lambda/webhook-authentication.ts';
import type { Runtime } from '../../../functions/runtime.ts';
import { expectAnswered, expectPublished } from '../../support/contract.ts';
import { NO_LIMIT, NOON } from '../../support/fixtures.ts';
import { type HttpRequest, httpEvent } from '../../support/http-event.ts';
import { lambdaContext } from '../../support/sqs-event.ts';

export const TOKEN = 'canary-token-5b1c77aa';
export const RECORD = { image_id: 'house', status: 'processed', status_reason: null };

const ENVIRONMENT = {
  STAGE: 'test',
  LOG_LEVEL: 'info',
  LEDGER_TABLE: 'ledger',
  REQUESTS_QUEUE_URL: 'http://sqs/requests.fifo',
  DAILY_RESET: NO_LIMIT.DAILY_RESET,
  RESULTS_QUEUE_URL: 'http://sqs/results.fifo',
  CALLBACKS_QUEUE_URL: 'http://sqs/callbacks.fifo',
  WEBHOOK_TOKEN_SECRET_ID: 'the/webhook-token',
  AUTOENHANCE_SECRET_ID: 'the/key',
  AUTOENHANCE_BASE_URL: 'http://endpoint',
  AUTOENHANCE_API_VERSION: '',
} as const;

/** A CloudEvent as it was sent. */
export interface Sent {
  readonly groupId: string | undefined;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test reads the members that it is about
  readonly event: any;
}

export interface WebhookOptions {
  readonly dynamo?: Runtime['dynamo'];
  readonly transport?: Transport;
  /** Of the token's secret; undefined: Secrets Manager is away. */
  readonly secret?: () => string | undefined;
  /** What SQS answers, where that is not just that it has the event. */
  readonly sqs?: (abortSignal: AbortSignal) => Promise<unknown>;
  readonly randomId?: () => string;
  /** Left of the invocation when it begins. */
  readonly remainingMs?: number;
}

export const away = (async () => {
  throw new Error('connect ECONNREFUSED');
}) as never;

/** An endpoint that gives every image this response. */
export function answering(response: Partial<EndpointAnswer>): Transport {
  return async () => ({ status: 200, headers: {}, truncated: false, body: '', ...response });
}

/** The function, wired as index.ts wires it, in a runtime of the test's own. */
export function startWebhook(options: WebhookOptions = {}) {
  const { dynamo = away, transport, secret = () => TOKEN, sqs, remainingMs = 15_000 } = options;
  const sent: Sent[] = [];
  /** Requests that it put on the queue. */
  const queued: string[] = [];
  const lines: string[] = [];
  /** Ms of each that was set, in their order. */
  const timeouts: number[] = [];
  let ids = 0;
  let now = NOON;
  const runtime: Runtime = {
    invocation: {},
    dynamo,
    sqs: (async (
      { input }: SendMessageBatchCommand & SendMessageCommand,
      { abortSignal }: { readonly abortSignal: AbortSignal },
    ) => {
      const response = ((await sqs?.(abortSignal)) ?? {}) as SendMessageBatchCommandOutput;
      if (input.MessageBody !== undefined) queued.push(input.MessageBody);
      const failed = (response.Failed ?? []).map(({ Id }) => Id);
      const entries = (input.Entries ?? []).filter(({ Id }) => !failed.includes(Id));
      sent.push(...entries.map(checkedEntry));
      return response;
    }) as never,
    secrets: (async ({ input }: { readonly input: { readonly SecretId: string } }) => {
      const text = input.SecretId === ENVIRONMENT.AUTOENHANCE_SECRET_ID ? 'the-api-key' : secret();
      if (text === undefined) throw new Error('connect ECONNREFUSED');
      return { SecretString: text };
    }) as never,
    clock: {
      ...systemClock,
      now: () => now,
      timeout(ms) {
        timeouts.push(ms);
        return systemClock.timeout(ms);
      },
    },
    random: () => 0,
    randomId: options.randomId ?? (() => `random-${ids++}`),
    write: (line) => void lines.push(line),
  };
  const { prepare: _, ...parts } = composeWebhook(
    ENVIRONMENT,
    runtime,
    transport ?? answering({ body: JSON.stringify(RECORD) }),
  );
  const handler = middy(createWebhookHandler(parts))
    .use(problemDetails(parts, retryAdvice))
    .use(webhookAuthentication(parts));
  const call = async (body: unknown, { headers = { authentication: TOKEN }, ...rest }: Partial<HttpRequest> = {}) => {
    const event = httpEvent({ method: 'POST', path: '/webhooks/autoenhance', headers, body, ...rest });
    const response = (await handler(event, lambdaContext(remainingMs))) as HttpResponse;
    const { statusCode: status, headers: given, body: text = '' } = response;
    expectAnswered({ method: 'POST', path: '/webhooks/autoenhance', status, headers: given, body: text });
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body ?? '') };
  };
  const advance = (ms: number) => {
    now += ms;
  };
  return { call, sent, queued, lines, timeouts, advance };
}

/** An entry as SQS would take it; fails where it would not. */
function checkedEntry(entry: NonNullable<SendMessageBatchCommand['input']['Entries']>[number]): Sent {
  const { MessageBody = '', MessageGroupId, MessageDeduplicationId } = entry;
  expect(Buffer.byteLength(MessageBody)).toBeLessThanOrEqual(1024 * 1024);
  expect(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u.test(MessageBody)).toBe(true);
  expect(MessageGroupId).toMatch(/^[\x21-\x7e]{1,128}$/);
  const event = JSON.parse(MessageBody);
  expectPublished(event);
  expect(event).toMatchObject({ specversion: '1.0', subject: MessageGroupId, datacontenttype: 'application/json' });
  expect(event.id).toBe(MessageDeduplicationId);
  return { groupId: MessageGroupId, body: MessageBody, event };
}
