import { createAutoenhanceImages } from './adapters/autoenhance/client.ts';
import type { Transport } from './adapters/autoenhance/http-call.ts';
import { createHttpsTransport } from './adapters/autoenhance/transport.ts';
import { createLedger } from './adapters/ledger/ledger.ts';
import { createLogger } from './adapters/logger.ts';
import { createMessageVisibility } from './adapters/message-visibility.ts';
import { createRequestQueue } from './adapters/request-queue/request-queue.ts';
import { createResultQueue } from './adapters/result-queue/result-queue.ts';
import { API_KEY_EXAMPLE, parseApiKey } from './adapters/secret/api-key.ts';
import { createSecretCache, type SecretCacheOptions } from './adapters/secret/cache.ts';
import { PARTNER_KEYS_EXAMPLE, parsePartnerKeysSecret } from './adapters/secret/partner-keys.ts';
import { createAcceptRequest } from './core/accept-request.ts';
import { createConclusion } from './core/conclusion.ts';
import { createGate } from './core/gate.ts';
import { findPartner } from './core/partner-keys.ts';
import type { Logger } from './core/ports.ts';
import { createReprocessImage } from './core/reprocess-image.ts';
import { retryPolicy } from './core/retry-policy.ts';
import type { ApiEnvironment, WorkerEnvironment } from './environment.ts';
import type { World } from './world.ts';

const API_KEY_TTL_MS = 5 * 60_000;
/** A revoked partner key must stop within a minute. */
const PARTNER_KEYS_TTL_MS = 50_000;
/** While Secrets Manager is away partners are let in by the keys that were read last, but not for ever. */
const PARTNER_KEYS_STALE_FOR_MS = 15 * 60_000;
const AUTHENTICATION_TIMEOUT_MS = 5000;

export function composeWorker(
  environment: WorkerEnvironment,
  world: World,
  transport: Transport = createHttpsTransport(world),
) {
  const { clock, random } = world;
  const log = composeLogger(environment, world);
  const ledger = createLedger({ send: world.dynamo, table: environment.LEDGER_TABLE, clock });
  const results = { send: world.sqs, queueUrl: environment.RESULTS_QUEUE_URL };
  const outcomes = createResultQueue({ ...results, stage: environment.STAGE, clock });
  const reprocessImage = createReprocessImage({
    images: composeImages(environment, world, transport, log),
    gate: createGate({
      clock,
      callsPerSecond: environment.CALLS_PER_SECOND,
      onHold: (reason, ms) => log.warn('calls are held', { reason, ms }),
    }),
    ledger,
    conclusion: createConclusion({ ledger, outcomes, clock, log }),
    policy: retryPolicy(environment.RETRY_FOR_SECONDS * 1000),
    clock,
    random,
    log,
  });
  const visibility = createMessageVisibility({ send: world.sqs, queueUrl: environment.REQUESTS_QUEUE_URL, log });
  return { reprocessImage, outcomes, visibility, clock };
}

export function composeApi(environment: ApiEnvironment, world: World) {
  const { clock, randomId } = world;
  const log = composeLogger(environment, world);
  const queue = createRequestQueue({ send: world.sqs, queueUrl: environment.REQUESTS_QUEUE_URL });
  const ledger = createLedger({ send: world.dynamo, table: environment.LEDGER_TABLE, clock });
  const acceptRequest = createAcceptRequest({ ledger, queue, clock, log });
  return { acceptRequest, authenticate: composeAuthentication(environment, world, log), ledger, clock, randomId, log };
}

function composeLogger({ STAGE, LOG_LEVEL }: Pick<WorkerEnvironment, 'STAGE' | 'LOG_LEVEL'>, { clock, write }: World) {
  return createLogger({ level: LOG_LEVEL, facts: { stage: STAGE }, clock, write });
}

function composeImages(environment: WorkerEnvironment, world: World, transport: Transport, log: Logger) {
  const apiKey = composeSecret(environment.AUTOENHANCE_SECRET_ID, world, log, {
    parse: parseApiKey,
    example: API_KEY_EXAMPLE,
    ttlMs: API_KEY_TTL_MS,
  });
  const endpoint = { baseUrl: environment.AUTOENHANCE_BASE_URL, apiVersion: environment.AUTOENHANCE_API_VERSION };
  return createAutoenhanceImages({ ...endpoint, transport, apiKey, clock: world.clock });
}

function composeAuthentication(environment: ApiEnvironment, world: World, log: Logger) {
  const keys = composeSecret(environment.PARTNER_KEYS_SECRET_ID, world, log, {
    parse: parsePartnerKeysSecret,
    example: PARTNER_KEYS_EXAMPLE,
    ttlMs: PARTNER_KEYS_TTL_MS,
    staleForMs: PARTNER_KEYS_STALE_FOR_MS,
  });
  const { clock } = world;
  return async (key: string): Promise<string | undefined> => {
    const signal = AbortSignal.timeout(AUTHENTICATION_TIMEOUT_MS);
    return findPartner(await keys.get({ deadline: clock.now() + AUTHENTICATION_TIMEOUT_MS, signal }), key, clock.now());
  };
}

function composeSecret<Value>(
  secretId: string,
  { secrets, clock }: World,
  log: Logger,
  options: Pick<SecretCacheOptions<Value>, 'parse' | 'example' | 'ttlMs' | 'staleForMs'>,
) {
  return createSecretCache({
    ...options,
    secretId,
    send: (command, { abortSignal }) => secrets(command, { abortSignal }),
    clock,
    onReadFailed: (error) => log.error('a secret could not be read', { secret: secretId, cause: String(error.cause) }),
  });
}
