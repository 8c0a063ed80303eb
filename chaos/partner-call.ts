import type { Journal } from './facts.ts';
import { sendHttp } from './models/http-api.ts';
import type { Lambda } from './models/lambda.ts';
import type { Caller } from './scenario/submission.ts';

/** A partner's call of one of the HTTP API's functions. */
export interface PartnerCall {
  /** What it is for, in the timeline. */
  readonly ref: string;
  readonly caller: Caller;
  readonly method: string;
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
}

/** Makes a call, and notes in the journal what came back. */
export async function callAsPartner(lambda: Lambda, call: PartnerCall, journal: Journal) {
  const { ref, caller, method, path, idempotencyKey } = call;
  const headers = {
    'x-api-key': caller.key,
    'content-type': call.body === undefined ? undefined : 'application/json',
    'idempotency-key': idempotencyKey,
  };
  const request = { method, path, headers, ...(call.body !== undefined && { body: JSON.stringify(call.body) }) };
  const { invocation, response } = sendHttp(lambda, request, `${ref}: ${method} ${path}`);
  const { status, headers: received, body } = await response;
  const later = received['retry-after'];
  const retryAfter = later === undefined ? {} : { retryAfter: String(later) };
  journal.note({ kind: 'api_response', ref, partner: caller.name, status, body, invocation, ...retryAfter });
  return { status, body };
}
