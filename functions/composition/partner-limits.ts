import { createAllowances } from '../adapters/ledger/allowances.ts';
import { createPartnerLimiter, type PartnerLimiter } from '../core/partner-limits.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { ApiEnvironment, PartnerLimitsEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

/** What each partner may ask for. */
export function composePartnerLimits(
  environment: PartnerLimitsEnvironment & Pick<ApiEnvironment, 'LEDGER_TABLE'>,
  { dynamo: send, clock }: Runtime,
  { log }: Telemetry,
): PartnerLimiter {
  return createPartnerLimiter({
    allowances: createAllowances({ send, table: environment.LEDGER_TABLE, clock }),
    defaults: {
      callsPerSecond: environment.PARTNER_CALLS_PER_SECOND,
      burst: environment.PARTNER_BURST,
      batchesPerDay: environment.PARTNER_BATCHES_PER_DAY,
    },
    clock,
    log,
  });
}
