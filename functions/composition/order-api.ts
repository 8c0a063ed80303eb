import type { Transport } from '../adapters/autoenhance/http-request.ts';
import { createHttpsTransport } from '../adapters/autoenhance/transport.ts';
import { createListOfImage } from '../adapters/ledger/requests/list-requests.ts';
import type { BatchRuntime } from '../batch-runtime.ts';
import { createCallPermits } from '../core/processing/call-permits.ts';
import type { OrderApiEnvironment } from '../environment.ts';
import { composeAccountState } from './account.ts';
import { composeBatches } from './batches.ts';
import { composeImages } from './images.ts';
import { composePartnerKeys } from './partner-keys.ts';
import { composePartnerLimits } from './partner-limits.ts';
import { prepare, readLedger } from './prepare.ts';
import { composeTelemetry } from './shared.ts';

/** An order of thousands of images is read in one call; the rest of the invocation is for its check and its file. */
const READ_ORDER = { attemptTimeoutMs: 15_000, reserveMs: 10_000 };

export function composeOrderApi(
  environment: OrderApiEnvironment,
  runtime: BatchRuntime,
  transport: Transport = createHttpsTransport(runtime),
) {
  const telemetry = composeTelemetry(environment, runtime, 'order-api');
  const keys = composePartnerKeys(environment, runtime, telemetry);
  const limiter = composePartnerLimits(environment, runtime, telemetry);
  const { createBatch, viewBatch } = composeBatches(environment, runtime, telemetry, { limiter, ...keys });
  const { readKey, ...images } = composeImages(environment, runtime, transport, telemetry, READ_ORDER);
  const { clock } = runtime;
  return {
    images,
    account: composeAccountState(environment, runtime),
    listOfImage: createListOfImage({ send: runtime.dynamo, table: environment.LEDGER_TABLE, clock }),
    permits: createCallPermits({
      clock,
      callsPerSecond: environment.IMAGE_CALLS_PER_SECOND,
      onOpen: (reason, ms) =>
        telemetry.log.warn('the circuit breaker opened: images are not shown', { reason, open_ms: ms }),
    }),
    orders: images,
    createBatch,
    viewBatch,
    authentication: keys.authentication,
    limiter,
    clock,
    ...telemetry,
    /** To be called once, in INIT. Never rejects. */
    prepare: () => prepare([keys.prepare, readKey, readLedger(environment, runtime)], runtime),
  };
}
