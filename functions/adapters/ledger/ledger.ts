import { DependencyUnavailable } from '../../core/errors.ts';
import type { Claim, Lease, Ledger, LedgerItem, Limits } from '../../core/ports.ts';
import { MAX_CRASHES } from '../../core/processing/crash.ts';
import type { ReprocessRequest } from '../../core/request/reprocess-request.ts';
import { itemToLedger, number, string } from './ledger-item.ts';
import { createList } from './list-requests.ts';
import { createRecord } from './record.ts';
import { createTable, type TableParts } from './table.ts';
import { claimUpdate, crashUpdate, type OwnLease, type Update, waitUpdate } from './updates.ts';

/** What became of a claim's write: the item that is ours, or the one that stands in its way, if there is one. */
type Taken =
  | { readonly mine: LedgerItem; readonly standing?: undefined }
  | { readonly mine?: undefined; readonly standing: LedgerItem | undefined };

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
    const { mine, standing } = await take(claimUpdate(request, lease, times()), request.requestId, lease, limits);
    if (mine !== undefined) return { kind: 'claimed', item: mine };
    if (standing !== undefined)
      return isLeftOpen(standing) ? reclaim(request, standing, own(asked), limits) : explain(request, standing);
    return request.source === 'http' ? { kind: 'unknown' } : claimExpired(request, lease, limits);
  }

  // A claim may be written and its response lost: then it fails, or its own repeat is refused by what it has written itself.
  async function take(update: Update, requestId: string, { claimId }: OwnLease, limits: Limits): Promise<Taken> {
    const [written] = await Promise.allSettled([apply(update, limits)]);
    if (written.status === 'fulfilled' && written.value !== undefined) return { mine: written.value };
    const standing = await find(requestId, limits);
    if (standing?.claimId === claimId && standing.outcome === undefined) return { mine: standing };
    if (written.status === 'rejected') throw written.reason;
    return { standing };
  }

  /** Nobody holds it any more, and of the last claim's end nothing is known. */
  function isLeftOpen({ outcome, leaseUntil, nextAttemptAt = 0 }: LedgerItem): boolean {
    return outcome === undefined && leaseUntil !== undefined && Math.max(leaseUntil, nextAttemptAt) <= clock.now();
  }

  async function reclaim(
    request: ReprocessRequest,
    standing: LedgerItem,
    lease: OwnLease,
    limits: Limits,
  ): Promise<Claim> {
    if (standing.fingerprint !== request.fingerprint) return { kind: 'reused' };
    const update = claimUpdate(request, lease, times(), standing.claimId ?? '');
    const { mine } = await take(update, request.requestId, lease, limits);
    // Without it another one was sooner.
    return mine === undefined ? { kind: 'not_yet', until: clock.now() } : { kind: 'claimed', item: mine };
  }

  const explain = (request: ReprocessRequest, item: LedgerItem) => explainRefusal(request, item, clock.now());

  // An item that has expired and is not deleted yet refuses the update; only a put replaces it as a whole.
  async function claimExpired(request: ReprocessRequest, lease: OwnLease, limits: Limits): Promise<Claim> {
    const begun = { attempts: number(1), first_attempt_at: number(clock.now()) };
    const leased = {
      lease_until: number(lease.until),
      claim_id: string(lease.claimId),
      claimed_by: string(lease.by),
    };
    const item = { ...newItem(request), ...begun, ...leased };
    if (await putIfAbsent(item, limits)) return { kind: 'claimed', item: itemToLedger(item) };
    return { kind: 'not_yet', until: lease.until };
  }

  return {
    accept,
    claim,
    async markCrashed(crashed, limits) {
      const standing = (await apply(crashUpdate(crashed, times()), limits)) ?? (await find(crashed.requestId, limits));
      return standing?.crashes ?? 0;
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
  if (item.crashes >= MAX_CRASHES) return { kind: 'abandoned', item };
  // Its time came between the refused write and this read: it may be claimed again at once.
  return { kind: 'not_yet', until: now };
}
