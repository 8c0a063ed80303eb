import type { Attribution } from '../../core/completion/attribute-completion.ts';
import { type Completion, isSettled } from '../../core/completion/completion.ts';
import type { Outcome } from '../../core/outcome/outcome.ts';
import type { Lease, LedgerItem, Wait } from '../../core/ports.ts';
import { MAX_CRASHES } from '../../core/processing/crash.ts';
import { withFailedAttempt } from '../../core/processing/failed-attempts.ts';
import { hasItemFirst, type ReprocessRequest } from '../../core/request/reprocess-request.ts';
import { encodeFailedAttempts } from './failed-attempts.ts';
import type { Update } from './items.ts';
import { completionToItem, endedItem, type Item, identityOf, number, seconds, string } from './ledger-item.ts';

export interface Times {
  /** Epoch ms. */
  readonly now: number;
  readonly expiresAt: number;
}

/** A lease with the unique id of its claim. */
export interface OwnLease extends Lease {
  readonly claimId: string;
}

/** What must hold for an attempt to begin, beside that no claim of the request is open. */
const MAY_BEGIN = [
  'fingerprint = :fingerprint',
  'expires_at > :now_s',
  'attribute_not_exists(outcome)',
  // A message may come too early: its visibility could not be changed, or SQS delivered it twice.
  '(attribute_not_exists(next_attempt_at) OR next_attempt_at <= :now)',
].join(' AND ');

/** What a claim sets, beside the request's identity and its counters. */
const BEGINS = [
  'crashes = if_not_exists(crashes, :zero)',
  '#state = if_not_exists(#state, :accepted)',
  'first_attempt_at = if_not_exists(first_attempt_at, :now)',
  'lease_until = :lease_until',
  'claim_id = :claim_id',
  'claimed_by = :claimed_by',
  'expires_at = :expires_at',
].join(', ');

/**
 * Begins an attempt. Conditions: no outcome, same content, no open claim, due, and not crashed too often. For a request that a
 * back-end system has queued itself, this creates the item. Every other has one already.
 * @param unended id of an open claim to replace after its lease. Its end is not known, so its response counts as lost.
 */
export function claimUpdate(
  request: ReprocessRequest,
  lease: OwnLease,
  { now, expiresAt }: Times,
  unended?: string,
): Update {
  const isFree =
    unended === undefined
      ? 'attribute_not_exists(lease_until) AND crashes < :max_crashes'
      : 'claim_id = :unended AND lease_until <= :now';
  const bounds: Item =
    unended === undefined ? { ':max_crashes': number(MAX_CRASHES) } : { ':unended': string(unended) };
  const mayBegin = `${isFree} AND ${MAY_BEGIN}`;
  const identity = identityOf(request);
  const kept = Object.keys(identity).map((name) => `#${name} = if_not_exists(#${name}, :${name})`);
  const counters = ['attempts', ...(unended === undefined ? [] : ['lost_responses'])];
  const counted = counters.map((name) => `${name} = if_not_exists(${name}, :zero) + :one`);
  return {
    Key: { id: string(request.requestId) },
    UpdateExpression: `SET ${[...kept, ...counted, BEGINS].join(', ')}`,
    ConditionExpression: hasItemFirst(request) ? mayBegin : `attribute_not_exists(id) OR (${mayBegin})`,
    ExpressionAttributeNames: { ...namesOf(identity), '#state': 'state' },
    ExpressionAttributeValues: {
      ...valuesOf(identity),
      ':zero': number(0),
      ':one': number(1),
      ':accepted': string('accepted'),
      ':now': number(now),
      ':now_s': seconds(now),
      ':lease_until': number(lease.until),
      ':claim_id': string(lease.claimId),
      ':claimed_by': string(lease.by),
      ':expires_at': seconds(expiresAt),
      ...bounds,
    },
  };
}

/** Ends an open claim whose function crashed. */
export function crashUpdate(crashed: LedgerItem, { expiresAt }: Times): Update {
  return {
    Key: { id: string(crashed.requestId) },
    UpdateExpression: 'SET crashes = crashes + :one, expires_at = :expires_at REMOVE lease_until',
    ConditionExpression: 'claim_id = :crashed AND attribute_exists(lease_until)',
    ExpressionAttributeValues: {
      ':one': number(1),
      ':expires_at': seconds(expiresAt),
      ':crashed': string(crashed.claimId ?? ''),
    },
  };
}

/** Writes an outcome if there is none. @param firstLookMs ms after its start at which a started request is first looked at */
export function recordUpdate(
  request: ReprocessRequest,
  outcome: Outcome,
  firstLookMs: number,
  { expiresAt }: Times,
): Update {
  const changed = changedLine(request.batch?.batchId, request.upload?.line);
  const look = outcome.kind === 'succeeded' ? lookItem(outcome.at + firstLookMs) : {};
  const attributes = { ...endedItem(outcome), ...look, ...changed.attributes, expires_at: seconds(expiresAt) };
  return {
    Key: { id: string(request.requestId) },
    UpdateExpression: `${setting(attributes)}${changed.counting} REMOVE lease_until, next_attempt_at`,
    ConditionExpression: 'fingerprint = :fingerprint AND attribute_not_exists(outcome)',
    ExpressionAttributeNames: namesOf(attributes),
    ExpressionAttributeValues: {
      ...valuesOf(attributes),
      ...changed.values,
      ':fingerprint': string(request.fingerprint),
    },
  };
}

/** Ends a claim unless there is a newer one, and keeps why its attempt failed. One that does not count is not counted. */
export function waitUpdate(claimed: LedgerItem, wait: Wait, { expiresAt }: Times): Update {
  const attempts = wait.counts ? claimed.attempts : claimed.attempts - 1;
  const { code, status } = wait.lastError;
  const failed = {
    attempt: claimed.attempts,
    at: wait.startedAt,
    code,
    ...(status !== undefined && { status }),
    nextAttemptAt: wait.nextAttemptAt,
  };
  const attributes = {
    state: string('waiting'),
    attempts: number(attempts),
    crashes: number(0),
    lost_responses: number(wait.lostResponses),
    retried_ms: number(wait.retriedMs),
    next_attempt_at: number(wait.nextAttemptAt),
    last_error: string(JSON.stringify(wait.lastError)),
    // All of them, since the claim has them: an append that the SDK repeats would be made twice.
    failed_attempts: string(encodeFailedAttempts(withFailedAttempt(claimed.failedAttempts, failed))),
    expires_at: seconds(expiresAt),
  };
  return {
    Key: { id: string(claimed.requestId) },
    UpdateExpression: `${setting(attributes)} REMOVE lease_until${attempts === 0 ? ', first_attempt_at' : ''}`,
    ConditionExpression: 'claim_id = :mine AND attribute_not_exists(outcome)',
    ExpressionAttributeNames: namesOf(attributes),
    ExpressionAttributeValues: { ...valuesOf(attributes), ':mine': string(claimed.claimId ?? '') },
  };
}

/**
 * Notes that the image of a request is finished, unless there is a completion that the endpoint confirmed, or one that is an end
 * where this one is none: nobody would look for it any more. Only a confirmed completion removes the ambiguity: any other may be
 * the same call of the webhook again. With a request that is under way, it is counted when its outcome is. What is noted is not
 * told yet.
 * @param isCounted true: only for a line that was counted as finished or failed. It stays what it was counted as, and where it is
 * listed: its batch may have ended, and then nobody counts any more. false: for any other request.
 */
export function completionUpdate(
  { requestId, state, batchId, line }: Omit<Attribution, 'isAmbiguous'>,
  completion: Completion,
  { now, expiresAt }: Times,
  isCounted: boolean,
): Update {
  const isStarted = state === 'succeeded';
  const changed = changedLine(isStarted && !isCounted ? batchId : undefined, line);
  const inState = isStarted ? '#state = :succeeded' : '#state <> :succeeded AND #state <> :failed';
  const hasLine = isStarted && batchId !== undefined;
  const rightState = hasLine ? `${inState} AND ${isCounted ? '' : 'NOT '}(${COUNTED_FOR_GOOD})` : inState;
  const attributes = {
    ...completionToItem(completion),
    ...changed.attributes,
    expires_at: seconds(expiresAt),
    // The sweep is to look again until it has told. Another run may have put the next look off meanwhile.
    ...(completion.by === 'sweep' && lookItem(completion.at)),
  };
  const { completion_ambiguous: _, ...certain }: Item = attributes;
  const keepsAmbiguity = completion.confirmed !== true && !completion.isAmbiguous;
  const ambiguity = '#completion_ambiguous = if_not_exists(#completion_ambiguous, :completion_ambiguous)';
  return {
    Key: { id: string(requestId) },
    UpdateExpression: `${keepsAmbiguity ? `${setting(certain)}, ${ambiguity}` : setting(attributes)}${changed.counting} REMOVE awaits_webhook`,
    ConditionExpression: `${rightState} AND expires_at > :now_s AND attribute_not_exists(completion_confirmed)${isSettled(completion) ? '' : ' AND attribute_not_exists(completion_settled)'}`,
    ExpressionAttributeNames: { ...namesOf(attributes), '#state': 'state' },
    ExpressionAttributeValues: {
      ...valuesOf(attributes),
      ...changed.values,
      ':succeeded': string('succeeded'),
      ...((hasLine || !isStarted) && { ':failed': string('failed') }),
      ...(hasLine && { ':finished': string('finished') }),
      ':now_s': seconds(now),
    },
  };
}

/**
 * `look` of every request in the index of looks. It has one value, so that the oldest look is found by one query: the endpoint
 * takes 300 calls a second, each puts an entry and removes it, and one value takes 1,000 writes a second.
 */
export const STARTED = string('started');

const lookItem = (at: number): Item => ({ look: STARTED, look_at: number(at) });

/** Looks again at a request, if somebody still looks at it. @param wasUnderWay whether its image was seen under way */
export function lookAgainUpdate(requestId: string, at: number, wasUnderWay: boolean): Update {
  return {
    Key: { id: string(requestId) },
    UpdateExpression: `SET look_at = :at${wasUnderWay ? ', seen_under_way = :true' : ''}`,
    ConditionExpression: 'attribute_exists(look)',
    ExpressionAttributeValues: { ':at': number(at), ...(wasUnderWay && { ':true': { BOOL: true } }) },
  };
}

/**
 * Looks again at a request whose completion was told: only for whether the webhook was called.
 * @param toldAt when that completion was found: there may be another one by now, which is not told
 */
export function awaitWebhookUpdate(requestId: string, toldAt: number, at: number): Update {
  return {
    Key: { id: string(requestId) },
    UpdateExpression: 'SET look_at = :at, awaits_webhook = :true',
    ConditionExpression: 'attribute_exists(look) AND completed_at = :told',
    ExpressionAttributeValues: { ':at': number(at), ':true': { BOOL: true }, ':told': number(toldAt) },
  };
}

/** Looks at a completed request: its completion may not have been told. */
export function lookSoonUpdate(requestId: string, at: number): Update {
  const look = lookItem(at);
  return {
    Key: { id: string(requestId) },
    UpdateExpression: `${setting(look)} REMOVE awaits_webhook`,
    ConditionExpression: 'attribute_exists(completion)',
    ExpressionAttributeNames: namesOf(look),
    ExpressionAttributeValues: valuesOf(look),
  };
}

/** Nobody looks at a request any more. */
export function endLookUpdate(requestId: string): Update {
  return {
    Key: { id: string(requestId) },
    UpdateExpression: 'REMOVE look, look_at, awaits_webhook',
    ConditionExpression: 'attribute_exists(look)',
  };
}

const COUNTED_FOR_GOOD = 'counted = :finished OR counted = :failed';

/** `work` of a batch's lines whose latest change is not counted yet. */
export function uncountedOf(batchId: string): string {
  return `count#${batchId}`;
}

/**
 * Marks a line of a batch as changed, for the feeder to count. How often it changed tells the feeder whether what it read is
 * still what the item says.
 */
function changedLine(batchId: string | undefined, line: number | undefined) {
  if (batchId === undefined) return { attributes: {}, counting: '', values: {} };
  return {
    attributes: { work: string(uncountedOf(batchId)), place: number(line ?? 0) },
    counting: ', changes = if_not_exists(changes, :never) + :once',
    values: { ':never': number(0), ':once': number(1) },
  };
}

export function setting(attributes: Item): string {
  const assignments = Object.keys(attributes).map((name) => `#${name} = :${name}`);
  return `SET ${assignments.join(', ')}`;
}

// Every name gets a `#`, because DynamoDB reserves about 570 words, such as `source` and `state`.
export function namesOf(attributes: Item): Record<string, string> {
  const names: Record<string, string> = {};
  for (const name of Object.keys(attributes)) names[`#${name}`] = name;
  return names;
}

export function valuesOf(attributes: Item): Item {
  const values: Item = {};
  for (const [name, value] of Object.entries(attributes)) values[`:${name}`] = value;
  return values;
}
