import type { Verdict } from '../completion/completion.ts';
import { withTimeout } from '../deadline.ts';
import { DependencyUnavailable } from '../errors.ts';
import { loggedError } from '../logged-error.ts';
import type { Clock, LedgerItem, Limits } from '../ports.ts';
import type { Telemetry } from '../telemetry.ts';
import { quietMs } from './budget-policy.ts';
import { isDailyLimitFailure } from './limit-reason.ts';
import type { BudgetStore, BudgetWindow, PauseStore } from './ports.ts';
import type { SendAgain } from './send-again.ts';

export interface LimitEvidenceParts extends Telemetry {
  readonly budgets: Pick<BudgetStore, 'countFailure'>;
  readonly pauses: Pick<PauseStore, 'read' | 'pauseFor' | 'endProbe'>;
  readonly sendAgain: SendAgain;
  readonly currentWindow: (now: number) => BudgetWindow;
  readonly clock: Clock;
}

/** A finished image. */
export interface Ended {
  readonly imageId: string;
  readonly verdict: Verdict;
  /** The request that it is attributed to, with this completion or an earlier one. */
  readonly request?: LedgerItem;
}

/** As the other look-ups of a finished image. */
const LONGEST_MS = 2000;

/** What a finished image shows about the account's limit. May be told twice. @throws DependencyUnavailable */
export type LimitEvidence = (ended: Ended, limits: Limits) => Promise<void>;

/**
 * An image that failed for the limit pauses the account, whatever the count says: somebody else may spend of the same limit. Any
 * other end of the probe's image shows that the limit is available again.
 */
export function createLimitEvidence({
  budgets,
  pauses,
  sendAgain,
  currentWindow,
  ...parts
}: LimitEvidenceParts): LimitEvidence {
  const { clock, log, metrics } = parts;

  async function pause({ imageId, verdict, request }: Ended, limits: Limits): Promise<void> {
    const calledAt = request?.outcome?.at ?? verdict.at;
    const window = currentWindow(clock.now());
    // A call from before the reset says nothing about the limit that begins with it.
    const isOfWindow = calledAt >= window.start + quietMs(window);
    if (isFresh(verdict, request))
      await budgets.countFailure(isOfWindow ? window : currentWindow(window.start - 1), limits);
    if (!isOfWindow) return;
    const detail = `Autoenhance said: ${verdict.statusReason}`;
    if (!(await pauses.pauseFor({ detail, calledAt, until: window.end }, limits))) return;
    metrics.count('AccountPaused');
    const until = new Date(window.end).toISOString();
    log.warn('an image failed for the daily limit: the account is paused until the reset', {
      image_id: imageId,
      detail,
      until,
    });
  }

  /** A probe that nobody judges ends by itself, so no call of the webhook fails for that. */
  async function endProbe(imageId: string, limits: Limits): Promise<void> {
    try {
      const isOver = await withTimeout(LONGEST_MS, clock, limits, async (own) => {
        const { probe } = await pauses.read(own);
        return probe?.imageId === imageId && pauses.endProbe(imageId, own);
      });
      if (!isOver) return;
      log.info('the daily limit is available again: the pause is over', { image_id: imageId });
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      log.warn('the pause of the account could not be read', loggedError(error));
    }
  }

  return async (ended, limits) => {
    const { imageId, verdict, request } = ended;
    if (!isDailyLimitFailure(verdict)) return endProbe(imageId, limits);
    await pause(ended, limits);
    if (request !== undefined && request.batch === undefined) await sendAgain(request, limits);
  };
}

/** Whether the completion was not told before. */
function isFresh({ at }: Verdict, request: LedgerItem | undefined): boolean {
  return request?.completion === undefined || request.completion.at === at;
}
