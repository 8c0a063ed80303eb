import { countCalls } from '../adapters/autoenhance/counted-transport.ts';
import type { Transport } from '../adapters/autoenhance/http-request.ts';
import { createHttpsTransport } from '../adapters/autoenhance/transport.ts';
import { createAccountCalls } from '../core/budget/account-calls.ts';
import { createCallPermits } from '../core/processing/call-permits.ts';
import type { OpenReason } from '../core/processing/circuit-breaker.ts';
import { createReprocessImage } from '../core/processing/reprocess-image.ts';
import { retryPolicy } from '../core/processing/retry-policy.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { WorkerEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeAccount } from './account.ts';
import { composeImages } from './images.ts';
import { prepare, readQueueDepth } from './prepare.ts';
import { composeMessageReturn, composeOutcomePublisher, composeTelemetry } from './shared.ts';

export function composeWorker(
  environment: WorkerEnvironment,
  runtime: Runtime,
  transport: Transport = createHttpsTransport(runtime),
) {
  const { clock, random } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'reprocess-worker');
  const { outcomes, ...publishing } = composeOutcomePublisher(environment, runtime, telemetry);
  const counted = countCalls(transport, { ...telemetry, clock });
  const { readKey, openEndpoint, ...images } = composeImages(environment, runtime, counted, telemetry);
  const {
    CALLS_PER_SECOND: callsPerSecond,
    RETRY_FOR_SECONDS,
    LOST_RESPONSE_WAIT_SECONDS,
    REQUEST_LIFETIME_SECONDS,
  } = environment;
  const permits = createCallPermits({
    clock,
    callsPerSecond,
    onOpen: (reason, ms) => recordOpening(telemetry, reason, ms),
  });
  const calls = createAccountCalls({ ...composeAccount(environment, runtime), permits, ...runtime, ...telemetry });
  const reprocessImage = createReprocessImage({
    ...publishing,
    images,
    permits,
    calls,
    policy: retryPolicy({
      retryForMs: RETRY_FOR_SECONDS * 1000,
      lostResponseWaitMs: LOST_RESPONSE_WAIT_SECONDS * 1000,
    }),
    lifetimeMs: REQUEST_LIFETIME_SECONDS * 1000,
    clock,
    random,
    ...telemetry,
  });
  const { REQUESTS_QUEUE_URL: queueUrl } = environment;
  return {
    reprocessImage,
    calls,
    outcomes,
    metrics: telemetry.metrics,
    ...composeMessageReturn(environment, queueUrl, runtime, telemetry),
    /** To be called once, in INIT. Never rejects. */
    prepare: () => prepare([readKey, openEndpoint, calls.prepare, readQueueDepth(queueUrl, runtime)], runtime),
  };
}

/** Called when the circuit breaker opens. */
function recordOpening({ log, metrics }: Telemetry, reason: OpenReason, ms: number): void {
  const facts = { reason, open_ms: ms };
  if (reason === 'throttled') metrics.count('ThrottledSeconds', ms / 1000);
  if (reason !== 'account_fault') {
    log.warn('the circuit breaker opened', facts);
    return;
  }
  metrics.count('AccountFault');
  // Flushed now: this metric raises an alarm, and must not be lost if the invocation crashes.
  metrics.flush();
  log.error(
    'the endpoint refuses the account, or its key cannot be read: put a valid key into the secret, or settle the account; requests wait and then continue automatically',
    facts,
  );
}
