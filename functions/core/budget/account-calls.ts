import type { ProcessError } from '../errors.ts';
import type { Clock, Limits } from '../ports.ts';
import type { CallPermit, CallPermits } from '../processing/call-permits.ts';
import { createRecently } from '../recently.ts';
import type { ReprocessRequest } from '../request/reprocess-request.ts';
import {
  createInvocationBudget,
  type InvocationBudget,
  type InvocationBudgetParts,
  type Taken,
} from './invocation-budget.ts';
import { type PauseStatus, pauseStatus } from './pause-status.ts';
import type { PauseStore } from './ports.ts';
import { createProbe } from './probe.ts';
import { type AccountWait, waitForPause } from './waiting.ts';

/** Permission for one call, which may begin only for a time. */
export interface AccountPermit extends CallPermit {
  /** Epoch ms. */
  readonly until: number;
}

/** Calls that the account may make: it is not paused, its limit is not used up, and the container's permits allow them. */
export interface AccountCalls {
  /**
   * Announces an invocation's requests, so that one write reserves for all of them.
   * @returns to be called when nothing of the invocation is under way; never rejects
   */
  begin(requests: readonly Bulk[], limits: Limits): (limits: Limits) => Promise<void>;
  /** Reads what the first call needs. @throws DependencyUnavailable */
  prepare(limits: Limits): Promise<unknown>;
  /** @throws DependencyUnavailable */
  acquire(request: Asking, limits: Limits): Promise<Acquired>;
}

type Bulk = Pick<ReprocessRequest, 'batch'>;
type Asking = Bulk & Pick<ReprocessRequest, 'imageId' | 'again'>;
export type Acquired =
  | { readonly kind: 'granted'; readonly permit: AccountPermit }
  | ({ readonly kind: 'open' } & Pick<AccountWait, 'ms'> & Partial<AccountWait>);

export interface AccountCallsParts extends InvocationBudgetParts {
  readonly permits: CallPermits;
  readonly pauses: PauseStore;
  readonly clock: Clock;
  readonly randomId: () => string;
}

/** How long a container goes on with the pause that it has read. */
const PAUSE_TTL_MS = 5000;

export function createAccountCalls(parts: AccountCallsParts): AccountCalls {
  const { permits, settings, clock, random, currentWindow } = parts;
  const sessions = new WeakMap<AbortSignal, InvocationBudget & { readonly pending: Promise<void>[] }>();
  const pause = createRecently(parts.pauses.read, PAUSE_TTL_MS, clock);
  const probes = createProbe(parts);

  function open(requests: readonly Bulk[]) {
    const bulk = requests.filter(isBulk).length;
    return { ...createInvocationBudget(parts, { single: requests.length - bulk, bulk }), pending: [] };
  }

  async function acquire(request: Asking, limits: Limits): Promise<Acquired> {
    // It follows a failure for the limit, which has just paused the account.
    if (request.again !== undefined) pause.forget();
    const status = await readStatus(limits);
    if ('pause' in status) return { kind: 'open', ...waitOf(status) };
    const acquired = await permits.acquire(limits);
    if (acquired.kind === 'open') return acquired;
    const { permit } = acquired;
    try {
      const granted = await spend(request, status, permit, limits);
      if (granted.kind === 'open') permit.release();
      return granted;
    } catch (error) {
      permit.release();
      throw error;
    }
  }

  // A pause hides a request for minutes or hours, and may have ended when the next one comes: it is read for each.
  async function readStatus(limits: Limits): Promise<PauseStatus> {
    const status = pauseStatus(await pause.read(limits), clock.now());
    if ('pause' in status) pause.forget();
    return status;
  }

  const waitOf = (status: Extract<PauseStatus, { readonly pause: object }>) =>
    waitForPause(status, currentWindow(clock.now()), clock.now(), random());

  async function spend(request: Asking, status: PauseStatus, permit: CallPermit, limits: Limits): Promise<Acquired> {
    const session = sessions.get(limits.signal) ?? open([request]);
    const taken = await session.take(isBulk(request) ? 'bulk' : 'single', limits);
    if ('ms' in taken) return { kind: 'open', ...taken };
    if (status.kind !== 'probe_due') return { kind: 'granted', permit: permitFor(permit, taken) };
    const probe = await claimProbe(request, status.pausedUntil, taken, limits);
    if (probe === undefined) return { kind: 'open', ...waitOf(ANOTHER_PROBES) };
    const onEnd = (isAccepted: boolean) => {
      session.pending.push(isAccepted ? probe.sent(limits) : probe.release(limits));
    };
    return { kind: 'granted', permit: permitFor(permit, taken, onEnd) };
  }

  async function claimProbe({ imageId }: Asking, pausedUntil: number, taken: Taken, limits: Limits) {
    let probe: Awaited<ReturnType<typeof probes.claim>>;
    try {
      probe = await probes.claim(imageId, pausedUntil, limits);
      return probe;
    } finally {
      if (probe === undefined) taken.putBack();
      pause.forget();
    }
  }

  return {
    prepare(limits) {
      // The first look at a time zone takes long, and INIT has a whole core.
      if (settings.limit !== null) currentWindow(clock.now());
      return readStatus(limits);
    },
    acquire,
    begin(requests, { signal }) {
      const session = open(requests);
      sessions.set(signal, session);
      return async (limits) => {
        await Promise.all(session.pending);
        await session.end(limits);
      };
    },
  };
}

const ANOTHER_PROBES = { kind: 'probing', pause: { reason: 'daily_limit', detail: '', since: 0 } } as const;

/** @param onEnd called once, when the call has ended or is not made */
function permitFor(permit: CallPermit, taken: Taken, onEnd: (isAccepted: boolean) => void = () => {}): AccountPermit {
  let isInUse = true;
  const end = (isMade: boolean, isAccepted: boolean) => {
    if (isInUse && !isMade) taken.putBack();
    if (isInUse) onEnd(isAccepted);
    isInUse = false;
  };
  return {
    until: taken.until,
    sent: permit.sent,
    renewIfLate: permit.renewIfLate,
    complete(error) {
      end(isCounted(error), error === undefined);
      permit.complete(error);
    },
    release() {
      end(false, false);
      permit.release();
    },
  };
}

const isBulk = ({ batch }: Bulk) => batch !== undefined;

/** A call that was sent counts, whatever came back, unless the endpoint refused the account itself. */
function isCounted(error: ProcessError | undefined): boolean {
  return error === undefined || !(error.reach === 'not_sent' || error.accountFault);
}
