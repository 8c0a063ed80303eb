import { randomUUID } from 'node:crypto';
import { createAutoenhanceImages } from './adapters/autoenhance/client.ts';
import { createHttpsTransport } from './adapters/autoenhance/transport.ts';
import { createDynamoClient, createSecretsClient, createSqsClient } from './adapters/aws-clients.ts';
import { createLedger } from './adapters/ledger/ledger.ts';
import { createLogger } from './adapters/logger.ts';
import { createMessageVisibility } from './adapters/message-visibility.ts';
import { createRequestQueue } from './adapters/request-queue/request-queue.ts';
import { createResultQueue } from './adapters/result-queue/result-queue.ts';
import { createSecretCache, type SecretCacheOptions } from './adapters/secret.ts';
import { API_KEY_EXAMPLE, parseApiKey } from './adapters/secret-api-key.ts';
import { PARTNER_KEYS_EXAMPLE, parsePartnerKeysSecret } from './adapters/secret-partner-keys.ts';
import { systemClock } from './adapters/system-clock.ts';
import { createAcceptRequest } from './core/accept-request.ts';
import { findPartner } from './core/partner-keys.ts';
import type { Logger } from './core/ports.ts';
import { createReprocessImage } from './core/reprocess-image.ts';
import { retryPolicy } from './core/retry-policy.ts';
import type { ApiEnvironment, WorkerEnvironment } from './environment.ts';

const API_KEY_TTL_MS = 5 * 60_000;
/** A revoked partner key must stop within a minute. */
const PARTNER_KEYS_TTL_MS = 50_000;
/** While Secrets Manager is away partners are let in by the keys that were read last, but not for ever. */
const PARTNER_KEYS_STALE_FOR_MS = 15 * 60_000;

const AUTHENTICATION_TIMEOUT_MS = 5000;

const clock = systemClock;

export function composeLogger({
  STAGE,
  LOG_LEVEL,
}: {
  STAGE: string;
  LOG_LEVEL: 'debug' | 'info' | 'warn' | 'error';
}): Logger {
  return createLogger({
    level: LOG_LEVEL,
    facts: { stage: STAGE },
    clock,
    write: (line) => process.stdout.write(line),
  });
}

export function composeWorker(environment: WorkerEnvironment) {
  const log = composeLogger(environment);
  const sqs = createSqsClient();
  const send: typeof sqs.send = sqs.send.bind(sqs);
  const queueUrl = environment.RESULTS_QUEUE_URL;
  const outcomes = createResultQueue({ send, queueUrl, stage: environment.STAGE, clock });
  const reprocessImage = createReprocessImage({
    ledger: composeLedger(environment.LEDGER_TABLE),
    images: composeImages(environment, log),
    outcomes,
    policy: retryPolicy(environment.RETRY_FOR_SECONDS * 1000),
    clock,
    random: Math.random,
    log,
  });
  const visibility = createMessageVisibility({ send, queueUrl: environment.REQUESTS_QUEUE_URL, log });
  return { reprocessImage, outcomes, visibility, clock };
}

export function composeApi(environment: ApiEnvironment) {
  const log = composeLogger(environment);
  const sqs = createSqsClient();
  const queue = createRequestQueue({ send: sqs.send.bind(sqs), queueUrl: environment.REQUESTS_QUEUE_URL });
  const ledger = composeLedger(environment.LEDGER_TABLE);
  return {
    acceptRequest: createAcceptRequest({ ledger, queue, clock, log }),
    authenticate: composeAuthentication(environment, log),
    ledger,
    clock,
    randomId: randomUUID,
    log,
  };
}

function composeLedger(table: string) {
  const dynamo = createDynamoClient();
  return createLedger({ send: dynamo.send.bind(dynamo), table, clock });
}

function composeImages(environment: WorkerEnvironment, log: Logger) {
  const apiKey = composeSecret(environment.AUTOENHANCE_SECRET_ID, log, {
    parse: parseApiKey,
    example: API_KEY_EXAMPLE,
    ttlMs: API_KEY_TTL_MS,
  });
  return createAutoenhanceImages({
    baseUrl: environment.AUTOENHANCE_BASE_URL,
    apiVersion: environment.AUTOENHANCE_API_VERSION,
    transport: createHttpsTransport({ clock }),
    apiKey,
    clock,
  });
}

function composeAuthentication(environment: ApiEnvironment, log: Logger) {
  const keys = composeSecret(environment.PARTNER_KEYS_SECRET_ID, log, {
    parse: parsePartnerKeysSecret,
    example: PARTNER_KEYS_EXAMPLE,
    ttlMs: PARTNER_KEYS_TTL_MS,
    staleForMs: PARTNER_KEYS_STALE_FOR_MS,
  });
  return async (key: string): Promise<string | undefined> => {
    const signal = AbortSignal.timeout(AUTHENTICATION_TIMEOUT_MS);
    return findPartner(await keys.get({ deadline: clock.now() + AUTHENTICATION_TIMEOUT_MS, signal }), key, clock.now());
  };
}

function composeSecret<Value>(
  secretId: string,
  log: Logger,
  options: Pick<SecretCacheOptions<Value>, 'parse' | 'example' | 'ttlMs' | 'staleForMs'>,
) {
  const secrets = createSecretsClient();
  return createSecretCache({
    ...options,
    secretId,
    send: (command, { abortSignal }) => secrets.send(command, { abortSignal }),
    clock,
    onReadFailed: (error) => log.error('a secret could not be read', { secret: secretId, cause: String(error.cause) }),
  });
}
