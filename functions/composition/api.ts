import { createLedger } from '../adapters/ledger/ledger.ts';
import { createBacklog } from '../adapters/request-queue/backlog.ts';
import { createRequestQueue } from '../adapters/request-queue/request-queue.ts';
import { PARTNER_KEYS_EXAMPLE, parsePartnerKeysSecret } from '../adapters/secret/partner-keys.ts';
import { createAcceptRequest } from '../core/accept-request.ts';
import { findPartner } from '../core/partner-keys.ts';
import type { ApiEnvironment } from '../environment.ts';
import type { World } from '../world.ts';
import { composeSecret, composeVoice, type Voice } from './shared.ts';

/** A revoked partner key must stop within a minute. */
const PARTNER_KEYS_TTL_MS = 50_000;
/** While Secrets Manager is away partners are let in by the keys that were read last, but not for ever. */
const PARTNER_KEYS_STALE_FOR_MS = 15 * 60_000;
const AUTHENTICATION_TIMEOUT_MS = 5000;

export function composeApi(environment: ApiEnvironment, world: World) {
  const { clock, randomId, sqs: send } = world;
  const voice = composeVoice(environment, world, 'reprocess-api');
  const { log } = voice;
  const { REQUESTS_QUEUE_URL: queueUrl, MAX_QUEUE_DEPTH: limit } = environment;
  const queue = createRequestQueue({ send, queueUrl });
  const isBacklogged = createBacklog({ send, queueUrl, limit, clock, log });
  const ledger = createLedger({ send: world.dynamo, table: environment.LEDGER_TABLE, clock });
  const acceptRequest = createAcceptRequest({ ledger, queue, clock, log, isBacklogged });
  return {
    acceptRequest,
    authenticate: composeAuthentication(environment, world, voice),
    ledger,
    clock,
    randomId,
    log,
  };
}

function composeAuthentication(environment: ApiEnvironment, world: World, voice: Voice) {
  const keys = composeSecret(environment.PARTNER_KEYS_SECRET_ID, world, voice, {
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
