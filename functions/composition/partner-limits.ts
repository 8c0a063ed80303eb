import { createAllowances } from '../adapters/ledger/account/allowances.ts';
import type { PartnerLimits } from '../core/partner-keys.ts';
import { createPartnerLimiter, type PartnerLimiter } from '../core/partner-limits.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { ApiEnvironment, PartnerLimitsEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

/** The limits of a partner whose entry says nothing else. */
export function usualLimits(environment: PartnerLimitsEnvironment): PartnerLimits {
  return {
    callsPerSecond: environment.PARTNER_CALLS_PER_SECOND,
    burst: environment.PARTNER_BURST,
    batchesPerDay: environment.PARTNER_BATCHES_PER_DAY,
  };
}

/** What each partner may ask for. */
export function composePartnerLimits(
  environment: PartnerLimitsEnvironment & Pick<ApiEnvironment, 'LEDGER_TABLE'>,
  { dynamo: send, clock }: Runtime,
  { log }: Telemetry,
): PartnerLimiter {
  return createPartnerLimiter({
    allowances: createAllowances({ send, table: environment.LEDGER_TABLE, clock }),
    defaults: usualLimits(environment),
    clock,
    log,
  });
}
