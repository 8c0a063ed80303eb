import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Completion, hasReallyFailed, isSettled, type Verdict } from '../../core/completion/completion.ts';
import { parseJson } from '../../core/json.ts';
import type { Outcome } from '../../core/outcome/outcome.ts';
import type { LastError, LedgerItem, LedgerSummary } from '../../core/ports.ts';
import type { Preferences } from '../../core/request/preferences.ts';
import type { ReprocessRequest, Source } from '../../core/request/reprocess-request.ts';
import { decodeFailedAttempts } from './failed-attempts.ts';

/** How long the ledger keeps a request after its last change: as long as the queue keeps a message. */
export const LEDGER_RETENTION_MS = 14 * 24 * 60 * 60 * 1000;

/** How long the ledger keeps the requests of a batch after their last change: its results name each, and it may take 100 days. */
export const BATCH_RETENTION_MS = 180 * 24 * 60 * 60 * 1000;

// The ledger's attributes. `accepted_at` is ISO 8601 text, because it sorts the index. Every other time is epoch ms, except
// `expires_at`, which DynamoDB's TTL requires in seconds. The endpoint's response is an attribute of its own: within the
// outcome's JSON its quotes would be escaped, and the item could exceed DynamoDB's 400 KB.
export type Item = Record<string, AttributeValue>;

export const string = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });
export const iso = (epochMs: number): string => new Date(epochMs).toISOString();
export const seconds = (epochMs: number): AttributeValue => number(Math.floor(epochMs / 1000));

/** Whose requests an index lists together: a partner's, or the operator's own, which have no partner. */
export function ownerOf(partner: string | undefined): string {
  return partner === undefined ? 'service' : `partner#${partner}`;
}

/** The attributes that identify a request. They are written once. */
export function identityOf(request: ReprocessRequest): Item {
  return {
    image_id: string(request.imageId),
    owner: string(ownerOf(request.partner)),
    source: string(request.source),
    accepted_at: string(iso(request.acceptedAt)),
    fingerprint: string(request.fingerprint),
    preferences: string(JSON.stringify(request.preferences)),
    ...(request.partner !== undefined && { partner: string(request.partner) }),
    ...(request.notAfter !== undefined && { not_after: number(request.notAfter) }),
    ...(request.apiVersion !== undefined && { api_version: string(request.apiVersion) }),
    ...(request.senderRequestId !== undefined && { sender_request_id: string(request.senderRequestId) }),
    ...(request.upload !== undefined && { file: string(request.upload.file), line: number(request.upload.line) }),
    ...(request.batch !== undefined && {
      batch_id: string(request.batch.batchId),
      round: number(request.batch.round),
    }),
    ...(request.again !== undefined && {
      again_for: string(request.again.requestId),
      round: number(request.again.round),
    }),
    ...(request.traceparent !== undefined && { traceparent: string(request.traceparent) }),
  };
}

function outcomeToItem(outcome: Outcome): Item {
  if (outcome.kind === 'succeeded') {
    const { response, ...rest } = outcome;
    return { outcome: string(JSON.stringify(rest)), ...(response !== null && { response: string(response) }) };
  }
  const { endpoint, ...error } = outcome.error;
  return {
    outcome: string(JSON.stringify({ ...outcome, error })),
    error_code: string(error.code),
    ...(endpoint !== undefined && { response: string(endpoint) }),
  };
}

/** The attributes that change when a request ends. */
export function endedItem(outcome: Outcome): Item {
  return { ...outcomeToItem(outcome), state: string(outcome.kind), attempts: number(outcome.attempts) };
}

export function outcomeOf(item: Item): Outcome | undefined {
  const stored = item.outcome?.S;
  if (stored === undefined) return undefined;
  const outcome: Outcome = JSON.parse(stored);
  const response = item.response?.S;
  if (outcome.kind === 'succeeded') return { ...outcome, response: response ?? null };
  return response === undefined ? outcome : { ...outcome, error: { ...outcome.error, endpoint: response } };
}

/** The indexes hold `completed_at` and `completion_failed`. Those that are written only when they are true stay, whatever follows. */
export function completionToItem({ isAmbiguous, ...verdict }: Completion): Item {
  return {
    completion: string(JSON.stringify(verdict)),
    completed_at: number(verdict.at),
    completion_ambiguous: { BOOL: isAmbiguous },
    ...(verdict.confirmed === true && { completion_confirmed: { BOOL: true } }),
    ...(isSettled(verdict) && { completion_settled: { BOOL: true } }),
    ...(verdict.isUnknown && { completion_unknown: { BOOL: true } }),
    completion_failed: { BOOL: hasReallyFailed(verdict) },
  };
}

export function completionOf(item: Item): Completion | undefined {
  const stored = item.completion?.S;
  if (stored === undefined) return undefined;
  return { ...(JSON.parse(stored) as Verdict), isAmbiguous: item.completion_ambiguous?.BOOL === true };
}

export function itemToLedger(item: Item): LedgerItem {
  const outcome = outcomeOf(item);
  const completion = completionOf(item);
  return {
    requestId: textOf(item, 'id'),
    imageId: textOf(item, 'image_id'),
    source: textOf(item, 'source') as Source,
    acceptedAt: Date.parse(textOf(item, 'accepted_at')),
    fingerprint: textOf(item, 'fingerprint'),
    preferences: parseJson(textOf(item, 'preferences')) as Preferences,
    state: textOf(item, 'state') as LedgerItem['state'],
    attempts: numberOf(item, 'attempts') ?? 0,
    crashes: numberOf(item, 'crashes') ?? 0,
    lostResponses: numberOf(item, 'lost_responses') ?? 0,
    retriedMs: numberOf(item, 'retried_ms') ?? 0,
    ...(item.partner?.S !== undefined && { partner: item.partner.S }),
    ...(item.api_version?.S !== undefined && { apiVersion: item.api_version.S }),
    ...(item.sender_request_id?.S !== undefined && { senderRequestId: item.sender_request_id.S }),
    ...(item.file?.S !== undefined && { upload: { file: item.file.S, line: numberOf(item, 'line') ?? 0 } }),
    ...(item.batch_id?.S !== undefined && {
      batch: { batchId: item.batch_id.S, round: numberOf(item, 'round') ?? 1 },
    }),
    ...(item.again_for?.S !== undefined && {
      again: { requestId: item.again_for.S, round: numberOf(item, 'round') ?? 1 },
    }),
    ...(item.again_as?.S !== undefined && { againAs: item.again_as.S }),
    ...(item.traceparent?.S !== undefined && { traceparent: item.traceparent.S }),
    ...optionalNumber(item, 'not_after', 'notAfter'),
    ...optionalNumber(item, 'first_attempt_at', 'firstAttemptAt'),
    ...optionalNumber(item, 'next_attempt_at', 'nextAttemptAt'),
    ...optionalNumber(item, 'lease_until', 'leaseUntil'),
    ...optionalNumber(item, 'look_at', 'lookAt'),
    ...(item.claim_id?.S !== undefined && { claimId: item.claim_id.S }),
    ...(item.claimed_by?.S !== undefined && { claimedBy: item.claimed_by.S }),
    ...(item.last_error?.S !== undefined && { lastError: JSON.parse(item.last_error.S) as LastError }),
    ...(item.failed_attempts !== undefined && { failedAttempts: decodeFailedAttempts(item.failed_attempts) }),
    ...(outcome && { outcome }),
    ...(completion && { completion }),
  };
}

export function itemToSummary(item: Item): LedgerSummary {
  return {
    requestId: textOf(item, 'id'),
    imageId: textOf(item, 'image_id'),
    source: textOf(item, 'source') as Source,
    acceptedAt: Date.parse(textOf(item, 'accepted_at')),
    state: textOf(item, 'state') as LedgerItem['state'],
    attempts: numberOf(item, 'attempts') ?? 0,
    ...optionalNumber(item, 'next_attempt_at', 'nextAttemptAt'),
    ...(item.partner?.S !== undefined && { partner: item.partner.S }),
    ...(item.error_code?.S !== undefined && { errorCode: item.error_code.S }),
    ...optionalNumber(item, 'completed_at', 'completedAt'),
    ...(item.completion_failed?.BOOL !== undefined && { completionFailed: item.completion_failed.BOOL }),
    ...(item.completion_unknown?.BOOL === true && { isUnknown: true }),
    ...(item.batch_id?.S !== undefined && { batchId: item.batch_id.S }),
    ...(item.file?.S !== undefined && { upload: { file: item.file.S, line: numberOf(item, 'line') ?? 0 } }),
  };
}

/** Epoch ms from which an item counts as absent. */
export function expiryOf(item: Item): number {
  return (numberOf(item, 'expires_at') ?? Number.POSITIVE_INFINITY) * 1000;
}

export function textOf(item: Item, name: string): string {
  const text = item[name]?.S;
  if (text === undefined) throw new Error(`the ledger's item has no ${name}`);
  return text;
}

export function numberOf(item: Item, name: string): number | undefined {
  const digits = item[name]?.N;
  return digits === undefined ? undefined : Number(digits);
}

export function optionalNumber<Key extends string>(
  item: Item,
  name: string,
  key: Key,
): { readonly [K in Key]?: number } {
  const value = numberOf(item, name);
  return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: number };
}
