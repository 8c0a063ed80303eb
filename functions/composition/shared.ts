import { createLedger } from '../adapters/ledger/ledger.ts';
import { createMessageVisibility } from '../adapters/queues/message-visibility.ts';
import { createSecretCache, type SecretCacheOptions } from '../adapters/secrets/secret-cache.ts';
import { createLogger } from '../adapters/telemetry/logger.ts';
import { createMetrics } from '../adapters/telemetry/metrics.ts';
import { loggedError } from '../core/logged-error.ts';
import { createOutcomePublisher } from '../core/outcome/record-and-publish.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { WorkerEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeEvents } from './events.ts';

/** A function's log lines and metrics. @param entry the function's folder */
export function composeTelemetry(
  { STAGE: stage, LOG_LEVEL: level }: Pick<WorkerEnvironment, 'STAGE' | 'LOG_LEVEL'>,
  { clock, write, invocation }: Runtime,
  entry: string,
): Telemetry {
  const facts = { stage, function: entry };
  const parts = { awsRequestId: () => invocation.awsRequestId, clock, write };
  return {
    log: createLogger({ ...parts, level, facts }),
    metrics: createMetrics({ ...parts, dimensions: facts, version: () => invocation.functionVersion }),
  };
}

/** Ends requests: in the ledger, then in the results queue and for their partners. */
export function composeOutcomePublisher(
  environment: Parameters<typeof composeEvents>[0] & Partial<Pick<WorkerEnvironment, 'FIRST_LOOK_SECONDS'>>,
  runtime: Runtime,
  telemetry: Telemetry,
) {
  const { LEDGER_TABLE: table, FIRST_LOOK_SECONDS: seconds } = environment;
  const { dynamo, clock, randomId } = runtime;
  const ledger = createLedger({
    ...{ send: dynamo, table, clock, randomId },
    ...(seconds !== undefined && { firstLookMs: seconds * 1000 }),
  });
  const outcomes = composeEvents(environment, runtime);
  return { ledger, outcomes, publisher: createOutcomePublisher({ ledger, outcomes, clock, ...telemetry }) };
}

/** Returns messages to their queue. */
export function composeMessageReturn(
  environment: Pick<WorkerEnvironment, 'FREE_RECEIVES' | 'SLOWED_WAIT_SECONDS'>,
  queueUrl: string,
  { sqs, clock }: Runtime,
  { log }: Telemetry,
) {
  const { FREE_RECEIVES: freeReceives, SLOWED_WAIT_SECONDS: seconds } = environment;
  const visibility = createMessageVisibility({ send: sqs, queueUrl, log });
  return { visibility, receiveBudget: { freeReceives, slowedWaitMs: seconds * 1000 }, clock };
}

export function composeSecret<Value>(
  secretId: string,
  { secrets, clock }: Runtime,
  { log }: Telemetry,
  options: Pick<
    SecretCacheOptions<Value>,
    'parse' | 'example' | 'ttlMs' | 'staleForMs' | 'endsWhenEmptied' | 'onRefresh'
  >,
) {
  return createSecretCache({
    ...options,
    secretId,
    send: (command, { abortSignal }) => secrets(command, { abortSignal }),
    clock,
    onReadFailed(error) {
      const { cause, frames } = loggedError(error);
      log.error('a secret could not be read', { secret: secretId, cause, frames });
    },
  });
}
