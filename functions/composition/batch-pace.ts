import { type Pace, paceOf } from '../core/batch/viewing/pace.ts';
import type { BudgetStatus } from '../core/budget/ports.ts';
import type { Limits } from '../core/ports.ts';
import type { UploadEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { type AccountEnvironment, composeAccountState } from './account.ts';

type PaceEnvironment = AccountEnvironment & Pick<UploadEnvironment, 'CALLS_PER_SECOND' | 'FILES_KEPT_DAYS'>;

/** How long so many requests take within what is left of the account's limit. */
export function composePace(
  { DAILY_LIMIT: limit, INTERACTIVE_SHARE: share, CALLS_PER_SECOND: callsPerSecond, FILES_KEPT_DAYS }: PaceEnvironment,
  { clock }: Runtime,
): (requests: number, hasRepeats: boolean, budget: BudgetStatus) => Pace {
  const bulkPerWindow = limit === null ? Number.POSITIVE_INFINITY : limit - Math.floor(limit * share);
  return (requests, hasRepeats, budget) =>
    paceOf({
      requests,
      hasRepeats,
      budget,
      bulkPerWindow,
      callsPerSecond,
      now: clock.now(),
      keptForDays: FILES_KEPT_DAYS,
    });
}

/** How long so many requests take within the account's limit, which is read for it. */
export function composeBatchPace(
  environment: PaceEnvironment,
  runtime: Runtime,
): (requests: number, hasRepeats: boolean, limits: Limits) => Promise<Pace> {
  const account = composeAccountState(environment, runtime);
  const pace = composePace(environment, runtime);
  return async (requests, hasRepeats, limits) => pace(requests, hasRepeats, await account.budget(limits));
}
