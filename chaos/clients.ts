import type { Journal } from './facts.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import { type HttpRequest, sendHttp } from './models/http-api.ts';
import type { Lambda } from './models/lambda.ts';
import type { FifoQueue } from './models/sqs/fifo-queue.ts';
import type { Chance } from './random.ts';
import { type HttpSubmission, OPERATOR, PARTNERS, type SqsSubmission, type Submission } from './scenario/submission.ts';
import type { Scheduler } from './scheduler.ts';

export interface ClientsParts {
  readonly requests: FifoQueue;
  readonly deadLetters: FifoQueue;
  readonly api: Lambda;
  readonly faults: FaultSchedule;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
}

/** Those who hand requests over. Each goes on until it knows that its request was taken, or loses patience. */
export function createClients(parts: ClientsParts): (submission: Submission) => void {
  const { requests, deadLetters, api, faults, scheduler, journal, chance } = parts;

  async function sendMessage({ ref, groupId, body, isAstray }: SqsSubmission): Promise<void> {
    const message = { body, groupId, deduplicationId: ref, attributes: traceOf(ref) };
    if (isAstray)
      return deadLetters.adopt({ ...message, messageId: `astray-${ref}`, receiveCount: 0 }, scheduler.now());
    for (;;) {
      const fault = faults.faultOf('requests', scheduler.now());
      const arrives = fault !== 'refused' && fault !== 'lost';
      if (arrives) requests.send(message, scheduler.now());
      if (arrives && fault !== 'response_lost') return;
      await scheduler.sleep(chance.whole(1000, 10_000));
    }
  }

  async function call(submission: HttpSubmission): Promise<void> {
    for (let left = submission.attempts; left > 0; left -= 1) {
      if (await callOnce(submission)) break;
      await scheduler.sleep(chance.whole(500, 20_000));
    }
    if (submission.repeatAfterMs === undefined || submission.idempotencyKey === undefined) return;
    await scheduler.sleep(submission.repeatAfterMs);
    await callOnce(submission);
  }

  /** Resolves with whether the caller knows what it wanted to know: that the request was taken, or refused. */
  async function callOnce(submission: HttpSubmission): Promise<boolean> {
    const { ref } = submission;
    const { invocation, response } = sendHttp(api, requestOf(submission), ref);
    const { status, headers, body, ownFailure } = await response;
    const id = headers['reprocess-request-id'];
    const requestId: { readonly requestId?: string } = typeof id === 'string' ? { requestId: id } : {};
    const later = headers['retry-after'];
    const retryAfter = later === undefined ? {} : { retryAfter: String(later) };
    journal.note({ kind: 'http_response', ref, status, ownFailure, body, invocation, ...requestId, ...retryAfter });
    return (status < 500 && status !== 429) || requestId.requestId !== undefined;
  }

  return (submission) => {
    const { ref } = submission;
    journal.note({ kind: 'submitted', ref, text: textOf(submission) });
    void (submission.entryPoint === 'sqs' ? sendMessage(submission) : call(submission));
  };
}

/** Every other sender traces its requests; one that repeats a request does so under another trace. */
function traceOf(ref: string): Readonly<Record<string, string>> {
  const digits = Buffer.from(ref).toString('hex').padStart(32, '7').slice(-32);
  return /[02468]$/.test(ref) ? { traceparent: `00-${digits}-${digits.slice(16)}-01` } : {};
}

function textOf(submission: Submission): string {
  if (submission.entryPoint === 'sqs') return `by SQS in ${submission.groupId}: ${submission.body}`;
  const { imageId, idempotencyKey, partner, preferences } = submission;
  return `by HTTP of ${partner} for ${imageId}, key ${idempotencyKey ?? 'none'}: ${JSON.stringify(preferences)}`;
}

function requestOf(submission: HttpSubmission): HttpRequest {
  const { partner, imageId, preferences, idempotencyKey, prefer, notAfter } = submission;
  return {
    method: 'POST',
    path: `/v3/images/${imageId}/process`,
    headers: {
      'x-api-key': [...PARTNERS, OPERATOR].find(({ name }) => name === partner)?.key ?? '',
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
      prefer,
      'reprocess-not-after': notAfter,
    },
    body: JSON.stringify(preferences),
  };
}
