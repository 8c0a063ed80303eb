import { describe, expect, it } from 'vitest';
import { attributesOf } from '../../functions/adapters/queues/message-attributes.ts';
import { parseApiKey } from '../../functions/adapters/secrets/api-key.ts';
import { parsePartnerKeysSecret } from '../../functions/adapters/secrets/partner-keys.ts';
import { parseWebhookTokens } from '../../functions/adapters/secrets/webhook-token.ts';
import { parseWebhookCall } from '../../functions/autoenhance-webhook/event.ts';
import { sessionResponse } from '../../functions/console/responses.ts';
import { unreadCheck } from '../../functions/core/batch/batch.ts';
import { encodeReport, reportKeys } from '../../functions/core/batch/uploads/report.ts';
import type { BudgetStatus } from '../../functions/core/budget/ports.ts';
import {
  type Completion,
  unknownVerdict,
  type Verdict,
  verdictOf,
} from '../../functions/core/completion/completion.ts';
import { completionEventId } from '../../functions/core/completion/completion-event-id.ts';
import type { ImageEvent } from '../../functions/core/completion/image-event.ts';
import { DependencyUnavailable } from '../../functions/core/errors.ts';
import { parseJson } from '../../functions/core/json.ts';
import { encodeEvent } from '../../functions/core/outcome/cloud-event.ts';
import { encodeResult } from '../../functions/core/outcome/encode-result.ts';
import { failure } from '../../functions/core/outcome/failure.ts';
import type { Outcome, OutcomeError, OutcomeEvent } from '../../functions/core/outcome/outcome.ts';
import { LimitReached } from '../../functions/core/partner-limits.ts';
import type { LedgerItem, LedgerSummary } from '../../functions/core/ports.ts';
import type { FailedAttempt } from '../../functions/core/processing/failed-attempts.ts';
import { type Preferences, parsePreferences } from '../../functions/core/request/preferences.ts';
import { fingerprintOf, type Source } from '../../functions/core/request/reprocess-request.ts';
import { decodeMessage, type Received } from '../../functions/core/request/request-message.ts';
import { traceparentOf } from '../../functions/core/trace.ts';
import type { BadRequest } from '../../functions/lambda/bad-request.ts';
import { partnerAuthentication } from '../../functions/lambda/partner-authentication.ts';
import { limitResponse } from '../../functions/lambda/partner-limits.ts';
import { problemDetails } from '../../functions/lambda/problem-details.ts';
import { messageOf } from '../../functions/lambda/sqs-record.ts';
import { createAccount } from '../../functions/reprocess-api/account.ts';
import { parsePauseInput, parseProcessInput } from '../../functions/reprocess-api/event.ts';
import { createHealth } from '../../functions/reprocess-api/health.ts';
import {
  acceptedResponse,
  badRequestResponse,
  listResponse,
  requestResponse,
  unknownRequestResponse,
} from '../../functions/reprocess-api/responses.ts';
import { retryAdvice } from '../../functions/reprocess-api/retry-advice.ts';
import { parseStages } from '../../infra/stages.ts';
import { faultSchema } from '../../local/sandbox/faults.ts';
import { failureCode } from '../../tools/contract/schemas/common.ts';
import { httpEvent } from '../support/http-event.ts';
import { sqsRecord } from '../support/sqs-event.ts';
import { BATCH_CHECKS } from './support/batch-examples.ts';
import { CALLBACK_CHECKS } from './support/callback-examples.ts';
import { type Block, blocksOf, documents, readDocument } from './support/documents.ts';

// Each example is read as if it had come over the wire, and written again by the code that writes such things: what comes
// out must be the example. So a member too many, one too few or one in another form shows. What an example lacks is filled
// in here, for it to come out.

const examples = documents.flatMap(blocksOf).filter(({ language }) => language === 'json');
const examplesOf = (kind: string) => examples.filter((example) => example.kind.split(' ')[0] === kind);
const statusOf = ({ kind }: Block) => Number(kind.split(' ')[1]);

// biome-ignore lint/suspicious/noExplicitAny: an example may be wrong in every way
const contentOf = ({ text }: Block): any => JSON.parse(text);

function received(body: string): Received {
  const { image_id: groupId } = JSON.parse(body);
  const delivery = { messageId: 'message', groupId, receiveCount: 1, receiptHandle: 'receipt' };
  return decodeMessage({ ...delivery, body, senderId: 'AROAEXAMPLE:session', sentAt: 0 });
}

interface WireError extends Pick<OutcomeError, 'code' | 'detail'> {
  readonly status?: number;
  readonly endpoint?: unknown;
  readonly may_have_acted?: true;
}

function errorOf({ code, detail, status, endpoint, may_have_acted: mayHaveActed }: WireError): OutcomeError {
  return {
    ...failure(code, detail),
    ...(status !== undefined && { status }),
    ...(endpoint !== undefined && { endpoint: typeof endpoint === 'string' ? endpoint : JSON.stringify(endpoint) }),
    ...(mayHaveActed !== undefined && { mayHaveActed }),
  };
}

interface WireResult {
  readonly image?: unknown;
  readonly error?: WireError;
  readonly attempts?: number;
  readonly warnings?: readonly string[];
}

function outcomeOf({ image = null, error, attempts = 0, warnings = [] }: WireResult, at: string): Outcome {
  const facts = { attempts, warnings, at: Date.parse(at) };
  if (error !== undefined) return { kind: 'failed', error: errorOf(error), ...facts };
  return { kind: 'succeeded', response: image === null ? null : JSON.stringify(image), ...facts };
}

interface WireRequest {
  readonly request_id?: string;
  readonly image_id?: string;
  readonly source?: Source;
  readonly accepted_at: string;
  readonly preferences?: Preferences;
  readonly original?: string;
  readonly partner?: string;
  readonly sender_request_id?: string;
  readonly not_after?: string;
  readonly api_version?: string;
}

function requestOf(wire: WireRequest): OutcomeEvent['request'] {
  const {
    request_id: requestId = '',
    image_id,
    source = 'sqs',
    partner,
    sender_request_id,
    original,
    preferences = {},
  } = wire;
  const head = { requestId, source, acceptedAt: Date.parse(wire.accepted_at) };
  if (original !== undefined) return { ...head, ...(image_id !== undefined && { imageId: image_id }), original };
  const imageId = image_id ?? '';
  return {
    ...head,
    imageId,
    preferences,
    fingerprint: fingerprintOf(imageId, preferences),
    ...(partner !== undefined && { partner }),
    ...(sender_request_id !== undefined && { senderRequestId: sender_request_id }),
    ...(wire.not_after !== undefined && { notAfter: Date.parse(wire.not_after) }),
    ...(wire.api_version !== undefined && { apiVersion: wire.api_version }),
  };
}

interface WireAttempt extends Pick<FailedAttempt, 'attempt' | 'code' | 'status'> {
  readonly at: string;
  readonly next_attempt_at: string;
}

interface WireItem extends WireRequest, WireResult {
  readonly state?: LedgerItem['state'];
  readonly next_attempt_at?: string;
  readonly last_error?: NonNullable<LedgerItem['lastError']>;
  readonly failed_attempts?: readonly WireAttempt[];
  readonly ended_at?: string;
  readonly error_code?: string;
  readonly completed_at?: string;
  readonly completion?: {
    readonly event: string;
    readonly confirmed: boolean | null;
    readonly status?: string;
    readonly status_reason?: string;
    readonly ambiguous?: true;
  };
}

function failedAttemptOf({ at, next_attempt_at, ...rest }: WireAttempt): FailedAttempt {
  return { ...rest, at: Date.parse(at), nextAttemptAt: Date.parse(next_attempt_at) };
}

function completionOf({ completion, completed_at: at = '' }: WireItem): Completion | undefined {
  if (completion === undefined) return undefined;
  const { event, confirmed, status, status_reason: statusReason, ambiguous } = completion;
  return {
    by: 'webhook',
    hasFailed: event !== 'image.processed',
    ...(event === 'image.unknown' && { isUnknown: true }),
    at: Date.parse(at),
    confirmed,
    ...(status !== undefined && { status }),
    ...(statusReason !== undefined && { statusReason }),
    isAmbiguous: ambiguous === true,
  };
}

function summaryOf(wire: WireItem): LedgerSummary {
  const { request_id: requestId = '', image_id: imageId = '', state = 'accepted', source = 'http' } = wire;
  const { attempts = 0, next_attempt_at: next } = wire;
  return {
    requestId,
    imageId,
    state,
    source,
    acceptedAt: Date.parse(wire.accepted_at),
    attempts,
    ...(next !== undefined && { nextAttemptAt: Date.parse(next) }),
    // That of an image follows from its completion.
    ...(wire.error_code !== undefined && { errorCode: wire.error_code }),
  };
}

function itemOf(wire: WireItem): LedgerItem {
  const { preferences = {}, last_error: lastError, failed_attempts: failed, ended_at: endedAt } = wire;
  const completion = completionOf(wire);
  const summary = summaryOf(wire);
  return {
    ...summary,
    preferences,
    fingerprint: fingerprintOf(summary.imageId, preferences),
    crashes: 0,
    lostResponses: 0,
    retriedMs: 0,
    ...(wire.api_version !== undefined && { apiVersion: wire.api_version }),
    ...(lastError !== undefined && { lastError }),
    ...(failed !== undefined && { failedAttempts: failed.map(failedAttemptOf) }),
    ...(endedAt !== undefined && { outcome: outcomeOf(wire, endedAt) }),
    ...(completion && { completion }),
  };
}

/** An event that the webhook caused, as the example shows it. */
function imageEventOf(example: Block): ImageEvent {
  const { id, type, subject: groupId, time, traceparent, data } = contentOf(example);
  const head = { id, type, groupId, at: Date.parse(time) };
  if (!type.startsWith('image.')) return { ...head, body: data };
  const { request, image, confirmed, warnings, ...body } = data;
  const { ambiguous, ...asked } = request ?? {};
  const isAmbiguous = ambiguous === true;
  const meant = request && { request: { ...itemOf(asked), ...requestOf(asked), traceparent, isAmbiguous } };
  return { ...head, body, findings: { ...meant, image, confirmed, warnings } };
}

/** As far as an event's id tells it. */
function verdictFrom(type: string, image: Record<string, unknown> | null, confirmed: boolean | null): Verdict {
  const hasFailed = type !== 'image.processed';
  if (type === 'image.unknown') return unknownVerdict(image, 0);
  return { ...verdictOf(hasFailed, image, 0), confirmed };
}

const bodyOf = ({ body = '' }: { readonly body?: string | undefined }): unknown => JSON.parse(body);

/** The response to a call with this body. */
function answerToBody(body: string): unknown {
  try {
    return parseProcessInput({ body, headers: {}, isBase64Encoded: false } as never, 'some-image');
  } catch (error) {
    return bodyOf(badRequestResponse(error as BadRequest));
  }
}

async function answerWithoutKey(): Promise<unknown> {
  const { before } = partnerAuthentication({
    authenticate: async () => undefined,
    sessions: undefined,
    routeOf: () => ({ name: 'any', methods: ['GET'], path: /^/, id: '' }),
  });
  return bodyOf((await before?.({ event: { headers: {} } } as never)) as { readonly body?: string });
}

const NO_WISHES = { applied: [], failsLate: false, isIdempotent: false };

/** What the API answers in the case that an example of an error shows. */
const ERRORS: Readonly<Record<string, (example: Block) => unknown>> = {
  'refusal 401': answerWithoutKey,
  // The endpoint's own words.
  'refusal 404': (example) => ({ message: contentOf(example).message, detail: expect.any(String) }),
  'refusal 422': () => answerToBody('{"rating":7,"enhance":"yes"}'),
  'problem 400': () => answerToBody('hello'),
  'problem 404': () => bodyOf(unknownRequestResponse()),
  'problem 409': () => bodyOf(acceptedResponse({ kind: 'reused' }, NO_WISHES)),
  'problem 429': () => {
    const policy = { name: 'calls', quota: 100, windowSeconds: 10, per: 'at once, and 10 a second' } as const;
    return bodyOf(limitResponse(new LimitReached(policy, 100)));
  },
  'problem 502'(example) {
    const { attempts, ...error } = contentOf(example);
    const outcome = outcomeOf({ attempts, error }, '2026-11-22T10:00:00Z');
    const item = itemOf({ accepted_at: '2026-11-22T10:00:00Z' });
    return bodyOf(acceptedResponse({ kind: 'ended', item, outcome }, NO_WISHES));
  },
  'problem 503'() {
    const event = httpEvent({
      method: 'POST',
      path: '/v3/images/some-image/process',
      headers: { 'idempotency-key': 'order-1043' },
    });
    const request = { event, error: new DependencyUnavailable('ledger', undefined), response: {} };
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const metrics = { count() {}, flush() {} };
    problemDetails({ log, metrics }, retryAdvice).onError?.(request as never);
    return bodyOf(request.response);
  },
  'problem 504'(example) {
    const item = itemOf({ request_id: contentOf(example).request_id, accepted_at: '2026-11-22T10:00:00Z' });
    const wishes = { ...NO_WISHES, failsLate: true, isIdempotent: true };
    return bodyOf(acceptedResponse({ kind: 'under_way', item }, wishes));
  },
};

async function checkError(example: Block): Promise<void> {
  expect(contentOf(example)).toEqual(await ERRORS[example.kind]?.(example));
}

const CHECKS: Readonly<Record<string, (example: Block) => unknown>> = {
  ...BATCH_CHECKS,
  ...CALLBACK_CHECKS,
  /** A request message, as the worker reads it. */
  message(example) {
    const message = received(example.text);
    expect('detail' in message ? message.detail : undefined).toBeUndefined();
  },
  /** What a request message carries beside its body. */
  'message-attributes'(example) {
    const attributes = contentOf(example);
    const messageAttributes = { traceparent: { stringValue: attributes.traceparent.StringValue, dataType: 'String' } };
    const { traceparent } = messageOf(sqsRecord({ image_id: 'house', preferences: {} }, { messageAttributes }));
    expect(traceparentOf({ traceparent }, 'none')).toBe(traceparent);
    expect(attributesOf({ traceparent })).toEqual(attributes);
  },
  preferences(example) {
    expect(parsePreferences(parseJson(example.text))).toMatchObject({ ok: true });
  },
  /** An outcome event, as the worker writes it. */
  event(example) {
    const event = contentOf(example);
    const { id, subject: groupId, source, time, traceparent, data } = event;
    const request = { ...requestOf(data.request), ...(traceparent && { traceparent }) };
    const rebuilt = { id, groupId, request, outcome: outcomeOf(data, time) };
    expect(JSON.parse(encodeEvent(rebuilt, String(source).split('/')[1] ?? ''))).toEqual(event);
    const ending = data.error?.code === 'request_id_reused' ? /^\.reused\.[0-9a-f-]{36}$/ : /^\.(succeeded|failed)$/;
    expect(String(id).replace(data.request.request_id, '')).toMatch(ending);
  },
  /** What the webhook tells, as its function writes it. */
  'image-event'(example) {
    const event = contentOf(example);
    expect(JSON.parse(encodeEvent(imageEventOf(example), String(event.source).split('/')[1] ?? ''))).toEqual(event);
    const { request, image, confirmed } = event.data;
    if (request === undefined) expect(event.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    else expect(event.id).toBe(completionEventId(request.request_id, verdictFrom(event.type, image, confirmed)));
  },
  /** What Autoenhance calls the webhook with. */
  webhook(example) {
    expect(parseWebhookCall({ body: example.text, headers: {}, isBase64Encoded: false } as never)).toHaveProperty(
      'notification',
    );
  },
  'webhook-token'(example) {
    expect(parseWebhookTokens(example.text)).toEqual(Object.values(contentOf(example)));
  },
  /** `data.error` of a failed one. */
  error(example) {
    const error = contentOf(example);
    expect(encodeResult(outcomeOf({ error }, '2026-11-22T10:00:00Z'))).toEqual({ error });
  },
  /** A request as its partner reads it. */
  item(example) {
    const item = itemOf(contentOf(example));
    const answer =
      statusOf(example) === 202 ? acceptedResponse({ kind: 'under_way', item }, NO_WISHES) : requestResponse(item);
    expect([answer.statusCode, bodyOf(answer)]).toEqual([statusOf(example), contentOf(example)]);
  },
  list(example) {
    const { requests, next_cursor: cursor } = contentOf(example);
    const page = { items: requests.map(summaryOf), ...(cursor !== undefined && { cursor }) };
    expect(bodyOf(listResponse(page))).toEqual(contentOf(example));
  },
  /** What the account may do, as every key may read it. */
  async budget(example) {
    const { left: _, left_for_batches: leftForBulk, waiting, paused, history, ...now } = contentOf(example);
    const status = (wire: typeof now, left = 0): BudgetStatus => ({
      window: { start: Date.parse(wire.window.start), end: Date.parse(wire.window.end) },
      ...{ limit: wire.limit, used: wire.used, usedByBulk: wire.used_by_batches, failed: wire.failed_for_limit },
      leftForBulk: left,
    });
    const pause = { ...paused, since: Date.parse(paused.since), until: Date.parse(paused.until) };
    const account = {
      budget: async () => status(now, leftForBulk),
      history: async () => history.map((each: typeof now) => status(each)),
      pause: async () => pause,
    };
    const parts = { account, waiting: async () => waiting, clock: Date } as never;
    const answer = await createAccount(parts).show({ deadline: 0, signal: new AbortController().signal });
    expect(bodyOf(answer)).toEqual(contentOf(example));
  },
  async health(example) {
    const { version, queue, dead_letters: dead, webhook_seen_at: seenAt } = contentOf(example);
    const counted = (visible: number, hidden: number) => async () => ({ visible, hidden });
    const oldest = { state: 'accepted', acceptedAt: Date.parse(queue.oldest_accepted_at) };
    const parts = {
      version,
      requestCounts: counted(queue.waiting, queue.in_work),
      deadLetterCounts: counted(dead, 0),
      webhookSeen: { read: async () => Date.parse(seenAt) },
      lists: { list: async () => ({ items: [oldest] }) },
      owners: async () => [],
    } as never;
    const operator = { name: 'desk', role: 'operator' } as const;
    const answer = await createHealth(parts)(operator, { deadline: 0, signal: new AbortController().signal });
    expect(bodyOf(answer)).toEqual(contentOf(example));
  },
  session(example) {
    const { partner: name, expires_at: end, read_only: isReadOnly } = contentOf(example);
    const answer = sessionResponse({ partner: { name }, expiresAt: Date.parse(end) }, isReadOnly);
    expect(bodyOf(answer)).toEqual(contentOf(example));
  },
  pause(example) {
    const event = httpEvent({ method: 'PUT', path: '/v3/pause', body: example.text });
    const { reason, until } = contentOf(example);
    expect(parsePauseInput(event, 0)).toEqual({ reason, until: Date.parse(until) });
  },
  problem: checkError,
  /** An error in the endpoint's form. */
  refusal: checkError,
  /** The endpoint's own response. */
  image(example) {
    expect(contentOf(example)).toMatchObject({ image_id: expect.any(String), status: expect.any(String) });
  },
  /** What is written beside an uploaded file. */
  report(example) {
    const { bucket, file: key, version, lines, accepted, rejected, runs, ...wire } = contentOf(example);
    const upload = { bucket, key, version };
    const { problems, warnings, rejections, pace, finished_at: finished } = wire;
    const { rejected: rejectedKey } = reportKeys(upload);
    const check = { ...unreadCheck(''), total: lines, rejected, problems, warnings, rejectedKey };
    const { refusal: _, ...passed } = check;
    const began = { startedAt: Date.parse(wire.started_at), runs };
    const facts = { upload, runs: began, check: passed, accepted, rejections, pace: pace && { sentence: pace } };
    const report = encodeReport({ ...facts, finishedAt: Date.parse(finished) });
    expect(JSON.parse(report)).toEqual(contentOf(example));
    expect(rejections.length).toBe(lines - accepted);
  },
  'api-key'(example) {
    expect(parseApiKey(example.text)).toBe(contentOf(example).apiKey);
  },
  'partner-keys'(example) {
    expect(parsePartnerKeysSecret(example.text).length).toBeGreaterThan(0);
  },
  /** cdk.json, or its stages alone. */
  stages(example) {
    const { context, ...stages } = JSON.parse(example.text);
    expect(Object.keys(parseStages(context?.stages ?? stages)).length).toBeGreaterThan(0);
  },
  /** What the sandbox takes at /__sandbox/faults. */
  fault(example) {
    expect(faultSchema.parse(contentOf(example))).toEqual(contentOf(example));
  },
};

describe('an example in the documents', () => {
  it.each(examples.map((example) => [example.place, example] as const))(
    '%s is what the code takes or writes',
    async (_, example) => {
      const check = CHECKS[example.kind.split(' ')[0] ?? ''];
      if (check === undefined)
        throw new Error(`the block must say what it is, one of ${Object.keys(CHECKS).join(', ')}`);
      await check(example);
    },
  );

  it('is there for every code of a failed outcome, and for both types of event', () => {
    const events = examplesOf('event').map(contentOf);
    const errors = [...examplesOf('error').map(contentOf), ...events.flatMap(({ data }) => data.error ?? [])];
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(failureCode.options));
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['reprocess.succeeded', 'reprocess.failed']));
  });

  it('of an outcome, and of a finished image, shows the trace that it belongs to', () => {
    const outcomes = blocksOf(readDocument('docs/messages.md')).filter(({ kind }) => kind === 'event');
    const finished = examplesOf('image-event').filter((example) => contentOf(example).data.request !== undefined);
    expect(finished).not.toEqual([]);
    for (const { traceparent } of [...outcomes, ...finished].map(contentOf)) {
      expect(traceparentOf({ traceparent }, 'none')).toBe(traceparent);
    }
  });

  it('is there for every type of event that the webhook causes', () => {
    const types = examplesOf('image-event').map((example) => contentOf(example).type);
    expect(new Set(types)).toEqual(
      new Set(['image.processed', 'image.failed', 'image.unknown', 'autoenhance.image_registered']),
    );
  });

  it('of a message that cannot be understood gives the reason that the worker gives', () => {
    const refused = examplesOf('event')
      .map(contentOf)
      .filter(({ data }) => data.error?.code === 'invalid_request');
    expect(refused.map(({ data }) => received(data.request.original))).toEqual(
      refused.map(({ data }) => expect.objectContaining({ detail: data.error.detail })),
    );
    expect(refused).not.toEqual([]);
  });
});
