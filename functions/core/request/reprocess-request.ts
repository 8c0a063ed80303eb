import { hash } from 'node:crypto';
import { canonicalJson } from '../json.ts';
import type { Preferences } from './preferences.ts';

/** The entry point a request came through. */
export type Source = 'http' | 'sqs' | 'upload';

/** A request to process one image again. Every entry point produces one, and the worker processes it. */
export interface ReprocessRequest {
  /** Namespaced (`http:…`, `sqs:…`, `upload:…`): the queue's deduplication id and the ledger's key. */
  readonly requestId: string;
  readonly imageId: string;
  readonly preferences: Preferences;
  /** Sent to Autoenhance as `x-api-version`; without it, the stage's. */
  readonly apiVersion?: string;
  /** SHA-256 of image id, canonical preferences and API version. Distinguishes the same request, sent again, from another. */
  readonly fingerprint: string;
  readonly source: Source;
  /** The sender's own id, unchanged. */
  readonly senderRequestId?: string;
  readonly partner?: string;
  /** Epoch ms. */
  readonly acceptedAt: number;
  /** Epoch ms after which the caller no longer wants it. */
  readonly notAfter?: number;
  /** The request file and its line, for `upload`. */
  readonly upload?: { readonly file: string; readonly line: number };
  /** Its batch. A line that failed only for the daily limit is sent again as the next round, under an id of its own. */
  readonly batch?: { readonly batchId: string; readonly round: number };
  /** The id of the request that failed only for the daily limit, and how often it is sent again with this one. */
  readonly again?: { readonly requestId: string; readonly round: number };
  /** The trace that it belongs to (W3C Trace Context). Not part of its identity. */
  readonly traceparent?: string;
}

export function fingerprintOf(imageId: string, preferences: Preferences, apiVersion?: string): string {
  return sha256(imageId, canonicalJson(preferences), ...(apiVersion === undefined ? [] : [apiVersion]));
}

/** Whether its item is written before its message is sent: a message without one is not ours. */
export function hasItemFirst({ source, again }: Pick<ReprocessRequest, 'source' | 'again'>): boolean {
  return source !== 'sqs' || again !== undefined;
}

/** @param key the caller's `Idempotency-Key`, or a random UUID */
export function httpRequestId(partner: string, key: string): string {
  return `http:${sha256(partner, key)}`;
}

/** The request that sends a failed one again: a second click is the same. */
export function retryRequestId(failedId: string): string {
  return `http:${sha256('retry', 'of', failedId)}`;
}

/** @param senderId SQS's SenderId. The part after the colon names a session, and changes with every login. */
export function sqsRequestId(senderId: string, senderRequestId: string): string {
  return `sqs:${sha256('sender', senderId.split(':')[0] ?? '', senderRequestId)}`;
}

export function sqsMessageRequestId(messageId: string): string {
  return `sqs:${sha256('message', messageId)}`;
}

/** @param round from 1: how often the line is sent, see `ReprocessRequest.batch` */
export function uploadRequestId(bucket: string, key: string, version: string, line: number, round = 1): string {
  const again = round === 1 ? [] : [String(round)];
  return `upload:${sha256(bucket, key, version, String(line), ...again)}`;
}

/** The id of a request that sends another again, through no entry point: it has the namespace of the first one's. */
export function againRequestId(requestId: string, round: number): string {
  return `${namespaceOf(requestId)}:${sha256('again', requestId, String(round))}`;
}

/** The entry point in a request id; undefined when the id has none of our namespaces. */
export function namespaceOf(requestId: string): Source | undefined {
  return (['http', 'sqs', 'upload'] as const).find((source) => requestId.startsWith(`${source}:`));
}

// Each part is preceded by its length, so that ("a", "bc") and ("ab", "c") differ.
function sha256(...parts: readonly string[]): string {
  return hash('sha256', parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''));
}
