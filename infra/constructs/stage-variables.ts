import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { BudgetVariables, CallerVariables, PartnerLimitsVariables } from '../../functions/environment.ts';
import { FREE_RECEIVES, SLOWED_WAIT } from '../limits.ts';
import type { StorageStack } from '../stacks/storage-stack.ts';
import type { StageSettings } from '../stages.ts';
import { secretAccess } from './access.ts';

/** What a function has to know about the account's daily limit. */
export function budgetVariables({ dailyLimit, dailyReset, interactiveShare }: StageSettings): BudgetVariables {
  return {
    DAILY_LIMIT: dailyLimit === null ? 'none' : String(dailyLimit),
    DAILY_RESET: `${dailyReset.time} ${dailyReset.zone}`,
    INTERACTIVE_SHARE: String(interactiveShare),
  };
}

/** When a function that consumes a queue slows a message down. */
export const RECEIVE_BUDGET = { FREE_RECEIVES: String(FREE_RECEIVES), SLOWED_WAIT_SECONDS: String(SLOWED_WAIT) };

/** What the keys of the ledger's items begin with that count a partner's calls. */
export const CALLS = 'calls:';

/** What a function has to know about what each partner may ask for. */
export function partnerLimitsVariables({ partnerLimits }: StageSettings): PartnerLimitsVariables {
  const { callsPerSecond, burst, batchesPerDay } = partnerLimits;
  return {
    PARTNER_CALLS_PER_SECOND: String(callsPerSecond),
    PARTNER_BURST: String(burst),
    PARTNER_BATCHES_PER_DAY: String(batchesPerDay),
  };
}

export interface CallerProps {
  readonly stage: string;
  readonly settings: StageSettings;
  readonly storage: StorageStack;
  /** Signs the console's sessions; undefined where the stage has no console. */
  readonly sessionSecret: Pick<ISecret, 'secretArn'> | undefined;
}

/** What a function has to know to tell who calls, by a key or by a session of the console. */
export function callerVariables(role: IRole, { settings, storage, sessionSecret }: CallerProps): CallerVariables {
  return {
    PARTNER_KEYS_SECRET_ID: secretAccess(role, storage.partnerKeys),
    PARTNER_KEYS_TTL_SECONDS: String(settings.partnerKeysTtl),
    CONSOLE: settings.console,
    SESSION_SECRET_ID: sessionSecret === undefined ? '' : secretAccess(role, sessionSecret),
  };
}

/** An account without room to reserve for the API has none for the functions beside it either. */
export const reserved = (concurrency: number, { apiConcurrency }: StageSettings) =>
  apiConcurrency === null ? null : concurrency;

/** The most calls that all workers make together. */
export const callsPerSecondOf = ({ workerConcurrency, callsPerSecond }: StageSettings): number =>
  workerConcurrency * callsPerSecond;
