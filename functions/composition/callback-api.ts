import { createTable } from '../adapters/ledger/table.ts';
import { createDeliveriesOfRequest } from '../core/callback/deliveries-of-request.ts';
import { createListPartners } from '../core/callback/list-partners.ts';
import { createManageCallback } from '../core/callback/manage-callback.ts';
import type { Post } from '../core/callback/ports.ts';
import type { CallbackApiEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeCallbacks } from './callbacks.ts';
import { composePartnerKeys } from './partner-keys.ts';
import { composePartnerLimits, usualLimits } from './partner-limits.ts';
import { prepare, readLedger } from './prepare.ts';
import { composeTelemetry } from './shared.ts';

/** @param post calls receivers; by HTTPS without it */
export function composeCallbackApi(environment: CallbackApiEnvironment, runtime: Runtime, post?: Post) {
  const { clock, randomId } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'callback-api');
  const { prepareKeys, ...parts } = composeCallbacks(environment, runtime, telemetry, post);
  const requests = createTable({ send: runtime.dynamo, table: environment.LEDGER_TABLE, clock });
  const keys = composePartnerKeys(environment, runtime, telemetry);
  return {
    ...parts,
    manage: createManageCallback({ ...parts, stage: environment.STAGE, clock, randomId, log: telemetry.log }),
    listPartners: createListPartners({ ...parts, partners: keys.partners, defaults: usualLimits(environment) }),
    partners: keys.partners,
    deliveriesOfRequest: createDeliveriesOfRequest({ requests, deliveries: parts.deliveries }),
    authentication: keys.authentication,
    limiter: composePartnerLimits(environment, runtime, telemetry),
    clock,
    ...telemetry,
    /** To be called once, in INIT. Never rejects. */
    prepare: () => prepare([keys.prepare, prepareKeys, readLedger(environment, runtime)], runtime),
  };
}
