import { createLedger } from '../adapters/ledger/ledger.ts';
import { createBacklog } from '../adapters/queues/backlog.ts';
import { createRequestBatches } from '../adapters/queues/request-batches.ts';
import { createRequestQueue } from '../adapters/queues/request-queue.ts';
import { PARTNER_KEYS_EXAMPLE, parsePartnerKeysSecret } from '../adapters/secrets/partner-keys.ts';
import type { SecretCache } from '../adapters/secrets/secret-cache.ts';
import { createAccountState } from '../core/budget/account-state.ts';
import { findPartner, type Partner, type PartnerKey } from '../core/partner-keys.ts';
import { createRecently } from '../core/recently.ts';
import { createAcceptRequest } from '../core/request/accept-request.ts';
import type { ApiEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeAccount } from './account.ts';
import { prepare, readLedger, readQueueDepth } from './prepare.ts';
import { composeSecret, composeTelemetry } from './shared.ts';

/** How long a container goes on with the account's pause that it has read. */
const PAUSE_TTL_MS = 5000;
/** While Secrets Manager is unavailable, the keys that were read last stay valid for this long. */
const PARTNER_KEYS_STALE_FOR_MS = 15 * 60_000;

export function composeApi(environment: ApiEnvironment, runtime: Runtime) {
  const { clock, randomId, traceHeader, sqs: send } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'reprocess-api');
  const { log } = telemetry;
  const { REQUESTS_QUEUE_URL: queueUrl, MAX_QUEUE_DEPTH: limit } = environment;
  const queue = createRequestQueue({ send, queueUrl });
  const isBacklogged = createBacklog({ send, queueUrl, limit, clock, log });
  const ledger = createLedger({ send: runtime.dynamo, table: environment.LEDGER_TABLE, clock, randomId });
  const { settings, budgets, pauses } = composeAccount(environment, runtime);
  const account = createAccountState({ settings, budgets, pauses, clock });
  const acceptRequest = createAcceptRequest({ ledger, queue, clock, log, isBacklogged });
  const keys = composeSecret(environment.PARTNER_KEYS_SECRET_ID, runtime, telemetry, {
    parse: parsePartnerKeysSecret,
    example: PARTNER_KEYS_EXAMPLE,
    ttlMs: environment.PARTNER_KEYS_TTL_SECONDS * 1000,
    staleForMs: PARTNER_KEYS_STALE_FOR_MS,
  });
  return {
    acceptRequest,
    authenticate: composeAuthentication(keys, runtime),
    ledger,
    account,
    recentPause: createRecently(account.pause, PAUSE_TTL_MS, clock),
    pauses,
    waiting: createRequestBatches({ send, queueUrl }).depth,
    clock,
    randomId,
    ...(traceHeader && { traceHeader }),
    ...telemetry,
    /** To be called once, in INIT. Never rejects. */
    prepare: () =>
      prepare([keys.prepare, readQueueDepth(queueUrl, runtime), readLedger(environment, runtime)], runtime),
  };
}

function composeAuthentication(keys: SecretCache<readonly PartnerKey[]>, { clock }: Runtime) {
  // The read has its own timeout and does not belong to one request.
  const limits = { deadline: Number.POSITIVE_INFINITY, signal: new AbortController().signal };
  return async (key: string): Promise<Partner | undefined> => findPartner(await keys.get(limits), key, clock.now());
}
