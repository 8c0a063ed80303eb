import { expect } from 'vitest';
import * as z from 'zod';
import { encodeEvent } from '../../functions/core/outcome/cloud-event.ts';
import type { OutcomeEvent } from '../../functions/core/outcome/outcome.ts';
import type { ResponseSpec } from '../../tools/contract/http/operation.ts';
import { bodySchemaFor, headersOf, operationFor, responseFor } from '../../tools/contract/http/response-schema.ts';
import {
  batchFinishedEvent,
  callbackPausedEvent,
  callbackRemovedEvent,
  failedEvent,
  imageFailedEvent,
  otherEvent,
  processedEvent,
  succeededEvent,
  unknownEvent,
} from '../../tools/contract/schemas/events.ts';
import { gatewayMessage, problem, refusal } from '../../tools/contract/schemas/responses.ts';

// The contract's own schemas are strict: a member too many in a real response or event is a breach here, while the documents
// leave their readers open.

const EVENTS: Readonly<Record<string, z.ZodType>> = {
  'reprocess.succeeded': succeededEvent,
  'reprocess.failed': failedEvent,
  'image.processed': processedEvent,
  'image.failed': imageFailedEvent,
  'image.unknown': unknownEvent,
  'batch.finished': batchFinishedEvent,
  'callback.paused': callbackPausedEvent,
  'callback.removed': callbackRemovedEvent,
};

/** An event of the results queue, which must be just what the contract says. */
export function expectPublished(event: unknown): void {
  const { type } = event as { readonly type: string };
  expectToFit(EVENTS[type] ?? otherEvent, event, `an event of the type ${type}`);
}

/** The same of outcomes that were not encoded yet. */
export function expectPublishable(events: readonly OutcomeEvent[]): void {
  for (const event of events) expectPublished(JSON.parse(encodeEvent(event, 'test')));
}

export interface AnsweredCall {
  readonly method: string;
  /** Without a query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** What HTTP itself and browsers need; nothing that a contract speaks of. */
const TRANSPORT = [
  ...['content-type', 'content-length', 'connection', 'keep-alive', 'date', 'transfer-encoding'],
  ...['content-security-policy', 'x-content-type-options', 'cross-origin-resource-policy'],
];

/** A response of the HTTP API, which must be just what the contract says of its route and status. */
export function expectAnswered(call: AnsweredCall): void {
  const { method, path, status, headers, body } = call;
  const what = `${status} to ${method} ${path}`;
  const operation = operationFor(method, path);
  if (operation === undefined) {
    expect(status, `a response to ${method} ${path}, which the contract does not have`).toBe(404);
    expectToFit(problem, JSON.parse(body), what);
    return;
  }
  const response = responseFor(operation, status);
  if (response === undefined) throw new Error(`the contract knows no ${what}`);
  expectHeaders(headersOf(response), headers, what);
  if (method !== 'HEAD') expectBody(response, call, what);
}

function expectBody(response: ResponseSpec, { status, headers, body }: AnsweredCall, what: string): void {
  if (response.json === undefined && response.problem === undefined && response.files === undefined) {
    expect(body, what).toBe('');
    return;
  }
  const contentType = String(headers['content-type']);
  if (response.files?.includes(contentType.split(';')[0] ?? '')) return;
  const schema = bodySchemaFor(response, contentType);
  if (schema === undefined) throw new Error(`the contract has no body of ${contentType} in ${what}`);
  expectToFit(schema, JSON.parse(body), what);
  // The endpoint's words come with a request id; without one they are ours, or the gateway's.
  const isOwnRefusal = status >= 400 && contentType === 'application/json' && !('reprocess-request-id' in headers);
  if (isOwnRefusal) expectToFit(z.union([refusal, gatewayMessage]), JSON.parse(body), what);
}

function expectHeaders(
  allowed: ReturnType<typeof headersOf>,
  given: Readonly<Record<string, unknown>>,
  call: string,
): void {
  const names = Object.keys(given).filter((name) => !TRANSPORT.includes(name));
  const missing = Object.keys(allowed).filter((name) => allowed[name]?.isRequired && !names.includes(name));
  const unknown = names.filter((name) => allowed[name] === undefined);
  expect({ missing, unknown }, `headers of ${call}`).toEqual({ missing: [], unknown: [] });
  for (const name of names) expectToFit(allowed[name]?.schema ?? z.never(), given[name], `${name} of ${call}`);
}

/** Fails unless a value is just what a schema of the contract says. @param what the value is, in words */
export function expectToFit(schema: z.core.$ZodType, value: unknown, what: string): void {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return;
  const shown = JSON.stringify(value).slice(0, 2000);
  throw new Error(`${what} is not what the contract says: ${z.prettifyError(parsed.error)}\n${shown}`);
}
