import { type DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DependencyUnavailable } from '../../core/errors.ts';
import { LEDGER_RETENTION_MS, MAX_OPEN_CLAIMS } from '../../core/ledger-rules.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Claim, Clock, Ledger, LedgerItem, Limits, Wait } from '../../core/ports.ts';
import type { ReprocessRequest } from '../../core/reprocess-request.ts';
import { createList } from './list.ts';
import { ifConditionHolds, orUnavailable } from './outage.ts';
import { claimUpdate, recordUpdate, type Update, waitUpdate } from './updates.ts';
import { expiryOf, type Item, identityOf, itemToLedger, number, seconds, string } from './wire.ts';

export interface LedgerParts {
  readonly send: DynamoDBClient['send'];
  readonly table: string;
  readonly clock: Clock;
}

/** The ledger in DynamoDB: every write is conditional, so that of two writers one learns that it came second. */
export function createLedger(parts: LedgerParts): Ledger {
  const { send, table, clock } = parts;

  function times() {
    const now = clock.now();
    return { now, expiresAt: now + LEDGER_RETENTION_MS };
  }

  async function find(requestId: string, limits: Limits): Promise<LedgerItem | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: { id: string(requestId) }, ConsistentRead: true });
    const { Item: item } = await orUnavailable(send(command, { abortSignal: limits.signal }));
    // DynamoDB deletes an expired item within days, not at once.
    return item !== undefined && expiryOf(item) > clock.now() ? itemToLedger(item) : undefined;
  }

  /** False when there is an item. */
  async function putIfAbsent(item: Item, { signal }: Limits): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: table,
      Item: item,
      ConditionExpression: 'attribute_not_exists(id) OR expires_at <= :now_s',
      ExpressionAttributeValues: { ':now_s': seconds(clock.now()) },
    });
    return (await ifConditionHolds(send(command, { abortSignal: signal }))) !== undefined;
  }

  /** The item as it is after the update; undefined when the update's condition did not hold. */
  async function apply(update: Update, { signal }: Limits): Promise<LedgerItem | undefined> {
    const command = new UpdateItemCommand({ TableName: table, ReturnValues: 'ALL_NEW', ...update });
    const output = await ifConditionHolds(send(command, { abortSignal: signal }));
    return output?.Attributes && itemToLedger(output.Attributes);
  }

  function newItem(request: ReprocessRequest): Item {
    const counters = { attempts: number(0), open_claims: number(0) };
    const head = { id: string(request.requestId), state: string('accepted'), expires_at: seconds(times().expiresAt) };
    return { ...head, ...identityOf(request), ...counters };
  }

  async function accept(request: ReprocessRequest, limits: Limits) {
    const item = newItem(request);
    if (await putIfAbsent(item, limits)) return { isNew: true, item: itemToLedger(item) };
    const standing = await find(request.requestId, limits);
    if (standing === undefined) throw new DependencyUnavailable('ledger', new Error('the item expired as it was read'));
    return { isNew: false, item: standing };
  }

  async function claim(request: ReprocessRequest, leaseUntil: number, limits: Limits): Promise<Claim> {
    const claimed = await apply(claimUpdate(request, leaseUntil, times()), limits);
    if (claimed !== undefined) return { kind: 'claimed', item: claimed };
    const standing = await find(request.requestId, limits);
    if (standing !== undefined) return explainRefusal(request, standing, clock.now());
    return request.source === 'http' ? { kind: 'unknown' } : claimExpired(request, leaseUntil, limits);
  }

  // An item that has expired and is not deleted yet refuses the update; only a put replaces it as a whole.
  async function claimExpired(request: ReprocessRequest, leaseUntil: number, limits: Limits): Promise<Claim> {
    const begun = { attempts: number(1), open_claims: number(1), lease_until: number(leaseUntil) };
    const item = { ...newItem(request), ...begun, first_attempt_at: number(clock.now()) };
    if (await putIfAbsent(item, limits)) return { kind: 'claimed', item: itemToLedger(item) };
    return { kind: 'not_yet', until: leaseUntil };
  }

  async function record(request: ReprocessRequest, outcome: Outcome, limits: Limits): Promise<Outcome> {
    if (await apply(recordUpdate(request, outcome, times()), limits)) return outcome;
    const standing = await find(request.requestId, limits);
    return standing?.outcome ?? outcome;
  }

  async function wait(claimed: LedgerItem, next: Wait, limits: Limits): Promise<void> {
    await apply(waitUpdate(claimed, next, times()), limits);
  }

  return { accept, claim, record, wait, find, list: createList(parts) };
}

/** Why the ledger did not let a request be claimed. */
function explainRefusal(request: ReprocessRequest, item: LedgerItem, now: number): Claim {
  if (item.fingerprint !== request.fingerprint) return { kind: 'reused' };
  if (item.outcome !== undefined) return { kind: 'ended', item, outcome: item.outcome };
  const until = Math.max(item.leaseUntil ?? 0, item.nextAttemptAt ?? 0);
  if (until > now) return { kind: 'not_yet', until };
  if (item.openClaims >= MAX_OPEN_CLAIMS) return { kind: 'abandoned', item };
  // Its time came between the refused write and this read: it may be claimed again at once.
  return { kind: 'not_yet', until: now };
}
