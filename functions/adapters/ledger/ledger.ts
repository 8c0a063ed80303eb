import { DependencyUnavailable } from '../../core/errors.ts';
import { GIVEN_BACK_WITHIN_MS, MAX_OPEN_CLAIMS } from '../../core/ledger-rules.ts';
import type { Claim, Ledger, LedgerItem, Limits } from '../../core/ports.ts';
import type { ReprocessRequest } from '../../core/reprocess-request.ts';
import { createList } from './list.ts';
import { createRecord } from './record.ts';
import { createTable, type TableParts } from './table.ts';
import { claimUpdate, type Lease, waitUpdate } from './updates.ts';
import { itemToLedger, number, string } from './wire.ts';

export interface LedgerParts extends TableParts {
  readonly randomId: () => string;
}

/** The ledger in DynamoDB: every write is conditional, so that of two writers one learns that it came second. */
export function createLedger(parts: LedgerParts): Ledger {
  const { clock, randomId } = parts;
  const table = createTable(parts);
  const { find, apply, write, putIfAbsent, newItem, times } = table;

  async function accept(request: ReprocessRequest, limits: Limits): Promise<LedgerItem> {
    const item = newItem(request);
    if (await putIfAbsent(item, limits)) return itemToLedger(item);
    const standing = await find(request.requestId, limits);
    if (standing === undefined) throw new DependencyUnavailable('ledger', new Error('the item expired as it was read'));
    return standing;
  }

  async function claim(request: ReprocessRequest, leaseUntil: number, limits: Limits): Promise<Claim> {
    const lease = { until: leaseUntil, claimId: randomId() };
    const claimed = await apply(claimUpdate(request, lease, times()), limits);
    if (claimed !== undefined) return { kind: 'claimed', item: claimed };
    const standing = await find(request.requestId, limits);
    // The write was done, its answer was lost, and the SDK's repeat of it was refused by what it had written itself.
    if (standing?.claimId === lease.claimId) return { kind: 'claimed', item: standing };
    if (standing !== undefined)
      return isGivenBack(standing) ? reclaim(request, standing, leaseUntil, limits) : explain(request, standing);
    return request.source === 'http' ? { kind: 'unknown' } : claimExpired(request, lease, limits);
  }

  /** Nobody holds it, and whoever held it last lives. */
  function isGivenBack({ outcome, leaseUntil = 0, nextAttemptAt = 0 }: LedgerItem): boolean {
    const now = clock.now();
    const isDue = outcome === undefined && Math.max(leaseUntil, nextAttemptAt) <= now;
    return isDue && leaseUntil > now - GIVEN_BACK_WITHIN_MS;
  }

  async function reclaim(
    request: ReprocessRequest,
    standing: LedgerItem,
    leaseUntil: number,
    limits: Limits,
  ): Promise<Claim> {
    if (standing.fingerprint !== request.fingerprint) return { kind: 'reused' };
    const lease = { until: leaseUntil, claimId: randomId() };
    const claimed = await apply(claimUpdate(request, lease, times(), standing.claimId ?? ''), limits);
    if (claimed !== undefined) return { kind: 'claimed', item: claimed };
    // Another one was sooner, or the answer to this very write was lost: who comes next finds out which.
    return { kind: 'not_yet', until: clock.now() };
  }

  const explain = (request: ReprocessRequest, item: LedgerItem) => explainRefusal(request, item, clock.now());

  // An item that has expired and is not deleted yet refuses the update; only a put replaces it as a whole.
  async function claimExpired(request: ReprocessRequest, lease: Lease, limits: Limits): Promise<Claim> {
    const begun = { attempts: number(1), open_claims: number(1), lease_until: number(lease.until) };
    const own = { claim_id: string(lease.claimId), first_attempt_at: number(clock.now()) };
    const item = { ...newItem(request), ...begun, ...own };
    if (await putIfAbsent(item, limits)) return { kind: 'claimed', item: itemToLedger(item) };
    return { kind: 'not_yet', until: lease.until };
  }

  return {
    accept,
    claim,
    record: createRecord(table),
    async wait(claimed, next, limits) {
      await write(waitUpdate(claimed, next, times()), limits);
    },
    find,
    list: createList(parts),
  };
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
