import { DependencyUnavailable } from '../../core/errors.ts';
import type { Claim, Lease, Ledger, LedgerItem, Limits } from '../../core/ports.ts';
import { MAX_CRASHES } from '../../core/processing/crash.ts';
import { hasItemFirst, type ReprocessRequest } from '../../core/request/reprocess-request.ts';
import type { Update } from './items.ts';
import { itemToLedger, number, string } from './ledger-item.ts';
import { createRecord } from './requests/record.ts';
import { createTable, type TableParts } from './table.ts';
import { claimUpdate, crashUpdate, type OwnLease, waitUpdate } from './updates.ts';

/** The result of a claim's write: `mine` if it succeeded, else the item that the ledger has, if any. */
type ClaimWrite =
  | { readonly mine: LedgerItem; readonly standing?: undefined }
  | { readonly mine?: undefined; readonly standing: LedgerItem | undefined };

export interface LedgerParts extends TableParts {
  readonly randomId: () => string;
  /** Ms after its start at which a started request is first looked at; two minutes without it. */
  readonly firstLookMs?: number;
}

const FIRST_LOOK_MS = 2 * 60_000;

/** The ledger in DynamoDB. Every write is conditional, so the second of two writers learns that it was second. */
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

  const timesOf = ({ batch }: Pick<LedgerItem, 'batch'>) => times(batch?.batchId);
  const own = (lease: Lease): OwnLease => ({ ...lease, claimId: randomId() });

  async function claim(request: ReprocessRequest, asked: Lease, limits: Limits): Promise<Claim> {
    const lease = own(asked);
    const { mine, standing } = await writeClaim(
      claimUpdate(request, lease, timesOf(request)),
      request.requestId,
      lease,
      limits,
    );
    if (mine !== undefined) return { kind: 'claimed', item: mine };
    if (standing !== undefined)
      return isLeftOpen(standing) ? reclaim(request, standing, own(asked), limits) : explain(request, standing);
    return hasItemFirst(request) ? { kind: 'unknown' } : claimExpired(request, lease, limits);
  }

  // A claim may be written and its response lost. Then the write fails, or the SDK's retry is refused because of it. The claim
  // id shows that the claim is ours.
  async function writeClaim(
    update: Update,
    requestId: string,
    { claimId }: OwnLease,
    limits: Limits,
  ): Promise<ClaimWrite> {
    const [written] = await Promise.allSettled([apply(update, limits)]);
    if (written.status === 'fulfilled' && written.value !== undefined) return { mine: written.value };
    const standing = await find(requestId, limits);
    if (standing?.claimId === claimId && standing.outcome === undefined) return { mine: standing };
    if (written.status === 'rejected') throw written.reason;
    return { standing };
  }

  /** The last claim's lease is over, and its end was never recorded. */
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
    const update = claimUpdate(request, lease, timesOf(request), standing.claimId ?? '');
    const { mine } = await writeClaim(update, request.requestId, lease, limits);
    // Undefined when another invocation was faster.
    return mine === undefined ? { kind: 'not_yet', until: clock.now() } : { kind: 'claimed', item: mine };
  }

  const explain = (request: ReprocessRequest, item: LedgerItem) => explainRefusal(request, item, clock.now());

  // The update's condition refuses an item that has expired and is not deleted yet. A put replaces it.
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
      const standing =
        (await apply(crashUpdate(crashed, timesOf(crashed)), limits)) ?? (await find(crashed.requestId, limits));
      return standing?.crashes ?? 0;
    },
    record: createRecord(table, parts.firstLookMs ?? FIRST_LOOK_MS),
    async wait(claimed, next, limits) {
      await write(waitUpdate(claimed, next, timesOf(claimed)), limits);
    },
    find,
  };
}

/** Why a claim was refused. */
function explainRefusal(request: ReprocessRequest, item: LedgerItem, now: number): Claim {
  if (item.fingerprint !== request.fingerprint) return { kind: 'reused' };
  if (item.outcome !== undefined) return { kind: 'ended', item, outcome: item.outcome };
  const until = Math.max(item.leaseUntil ?? 0, item.nextAttemptAt ?? 0);
  if (until > now) return { kind: 'not_yet', until };
  if (item.crashes >= MAX_CRASHES) return { kind: 'abandoned', item };
  // It became due between the refused write and this read, so it can be claimed at once.
  return { kind: 'not_yet', until: now };
}
