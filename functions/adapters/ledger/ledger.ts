import { DependencyUnavailable } from '../../core/errors.ts';
import { MAX_DEATHS } from '../../core/ledger-rules.ts';
import type { Claim, Lease, Ledger, LedgerItem, Limits } from '../../core/ports.ts';
import type { ReprocessRequest } from '../../core/reprocess-request.ts';
import { createList } from './list.ts';
import { createRecord } from './record.ts';
import { createTable, type TableParts } from './table.ts';
import { buryUpdate, claimUpdate, type OwnLease, waitUpdate } from './updates.ts';
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

  const own = (lease: Lease): OwnLease => ({ ...lease, claimId: randomId() });

  async function claim(request: ReprocessRequest, asked: Lease, limits: Limits): Promise<Claim> {
    const lease = own(asked);
    const claimed = await apply(claimUpdate(request, lease, times()), limits);
    if (claimed !== undefined) return { kind: 'claimed', item: claimed };
    const standing = await find(request.requestId, limits);
    // The write was done, its answer was lost, and the SDK's repeat of it was refused by what it had written itself.
    if (standing?.claimId === lease.claimId) return { kind: 'claimed', item: standing };
    if (standing !== undefined)
      return isLeftOpen(standing) ? reclaim(request, standing, own(asked), limits) : explain(request, standing);
    return request.source === 'http' ? { kind: 'unknown' } : claimExpired(request, lease, limits);
  }

  /** Nobody holds it any more, and of the last claim's end nothing is known. */
  function isLeftOpen({ outcome, leaseUntil, nextAttemptAt = 0 }: LedgerItem): boolean {
    return outcome === undefined && leaseUntil !== undefined && Math.max(leaseUntil, nextAttemptAt) <= clock.now();
  }

  async function reclaim(request: ReprocessRequest, standing: LedgerItem, lease: OwnLease, limits: Limits) {
    if (standing.fingerprint !== request.fingerprint) return { kind: 'reused' } as const;
    const claimed = await apply(claimUpdate(request, lease, times(), standing.claimId ?? ''), limits);
    if (claimed !== undefined) return { kind: 'claimed', item: claimed } as const;
    // Another one was sooner, or the answer to this very write was lost: who comes next finds out which.
    return { kind: 'not_yet', until: clock.now() } as const;
  }

  const explain = (request: ReprocessRequest, item: LedgerItem) => explainRefusal(request, item, clock.now());

  // An item that has expired and is not deleted yet refuses the update; only a put replaces it as a whole.
  async function claimExpired(request: ReprocessRequest, lease: OwnLease, limits: Limits): Promise<Claim> {
    const begun = { attempts: number(1), first_attempt_at: number(clock.now()) };
    const held = {
      lease_until: number(lease.until),
      claim_id: string(lease.claimId),
      claimed_by: string(lease.by),
    };
    const item = { ...newItem(request), ...begun, ...held };
    if (await putIfAbsent(item, limits)) return { kind: 'claimed', item: itemToLedger(item) };
    return { kind: 'not_yet', until: lease.until };
  }

  return {
    accept,
    claim,
    async bury(dead, limits) {
      const standing = (await apply(buryUpdate(dead, times()), limits)) ?? (await find(dead.requestId, limits));
      return standing?.deaths ?? 0;
    },
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
  if (item.deaths >= MAX_DEATHS) return { kind: 'abandoned', item };
  // Its time came between the refused write and this read: it may be claimed again at once.
  return { kind: 'not_yet', until: now };
}
