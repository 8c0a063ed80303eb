import type { AccountState, BudgetStatus, Pause, PauseStore } from '../core/budget/ports.ts';
import type { WaitsFor } from '../core/budget/waiting.ts';
import { together } from '../core/concurrently.ts';
import { isoTime, isoTimeIfAny } from '../core/outcome/encode-result.ts';
import type { Partner } from '../core/partner-keys.ts';
import type { Clock, LedgerItem, Limits } from '../core/ports.ts';
import type { Recently } from '../core/recently.ts';
import { forOperators } from '../lambda/for-operators.ts';
import { type HttpResponse, jsonResponse, wholeSeconds } from '../lambda/http.ts';
import type { PauseInput } from './event.ts';

export interface AccountParts {
  readonly account: AccountState;
  readonly recentPause: Recently<Pause | undefined>;
  readonly pauses: Pick<PauseStore, 'setPerson' | 'resume'>;
  /** Requests in the queue. @throws DependencyUnavailable */
  readonly waiting: (limits: Limits) => Promise<number>;
  readonly clock: Pick<Clock, 'now'>;
}

const HISTORY = 14;
const PAUSE_OR_RESUME = 'pause or resume the account';
/** When a pause has no end: a worker looks again after so long. */
const RETRY_AFTER_SECONDS = 15 * 60;

/** What the account may do now, and the pause that an operator orders. */
export function createAccount({ account, recentPause, pauses, waiting, clock }: AccountParts) {
  async function show(limits: Limits): Promise<HttpResponse> {
    const [now, history, pause, requests] = await together(
      account.budget(limits),
      account.history(HISTORY, limits),
      account.pause(limits),
      waiting(limits),
    );
    return jsonResponse(200, {
      ...encodeStatus(now),
      left: now.limit === null ? null : Math.max(0, now.limit - now.used),
      left_for_batches: Number.isFinite(now.leftForBulk) ? now.leftForBulk : null,
      waiting: requests,
      paused: pause === undefined ? null : encodePause(pause),
      history: history.map(encodeStatus),
    });
  }

  async function change(by: () => Promise<void>, limits: Limits): Promise<HttpResponse> {
    await by();
    recentPause.forget();
    return show(limits);
  }

  return {
    show,
    pause: (partner: Partner, { reason: detail, until }: PauseInput, limits: Limits) =>
      forOperators(partner, PAUSE_OR_RESUME, () => {
        const pause = { detail, since: clock.now(), ...(until !== undefined && { until }) };
        return change(() => pauses.setPerson(pause, limits), limits);
      }),
    resume: (partner: Partner, limits: Limits) =>
      forOperators(partner, PAUSE_OR_RESUME, () => change(() => pauses.resume(limits), limits)),

    /** The account's pause, as far as it is known: no call may fail because it cannot be read. */
    async pauseIfKnown(limits: Limits): Promise<WaitsFor | undefined> {
      const pause = await recentPause.read(limits).catch(() => undefined);
      return pause && { reason: pause.reason, ...(pause.until !== undefined && { until: pause.until }) };
    },

    /** What a request waits for that has not ended. */
    async waitsFor({ outcome, batch }: LedgerItem, limits: Limits): Promise<WaitsFor | undefined> {
      if (outcome !== undefined) return undefined;
      const pause = await this.pauseIfKnown(limits);
      if (pause !== undefined || batch === undefined) return pause;
      const status = await account.budget(limits).catch(() => undefined);
      return status?.leftForBulk === 0 ? { reason: 'daily_limit', until: status.window.end } : undefined;
    },

    /** What a caller is told whose request has no outcome yet. The account may have been paused while the caller waited. */
    async advice(known: WaitsFor | undefined, limits: Limits) {
      const waitsFor = known ?? (await this.pauseIfKnown(limits));
      return waitsFor && { waitsFor, retryAfter: secondsUntil(waitsFor, clock.now()) };
    },
  };
}

function secondsUntil({ until }: WaitsFor, now: number): number {
  return until === undefined ? RETRY_AFTER_SECONDS : wholeSeconds(until - now);
}

export function encodeWaitsFor({ reason, until }: WaitsFor) {
  return { reason, until: isoTimeIfAny(until) };
}

function encodePause({ detail, since, ...pause }: Pause) {
  return { ...encodeWaitsFor(pause), detail, since: isoTime(since) };
}

function encodeStatus({ window, limit, used, usedByBulk, failed }: BudgetStatus) {
  return {
    window: { start: isoTime(window.start), end: isoTime(window.end) },
    limit,
    used,
    used_by_batches: usedByBulk,
    failed_for_limit: failed,
  };
}
