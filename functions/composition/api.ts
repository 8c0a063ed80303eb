import { createWebhookSeen } from '../adapters/ledger/completion/webhook-seen.ts';
import { createLedger } from '../adapters/ledger/ledger.ts';
import { createListOfImage } from '../adapters/ledger/requests/list-requests.ts';
import { createRequestLists } from '../adapters/ledger/requests/request-lists.ts';
import { createBacklog } from '../adapters/queues/backlog.ts';
import { createQueueCounts } from '../adapters/queues/queue-counts.ts';
import { createRequestBatches } from '../adapters/queues/request-batches.ts';
import { createRequestQueue } from '../adapters/queues/request-queue.ts';
import { createAccountState } from '../core/budget/account-state.ts';
import { createRecently } from '../core/recently.ts';
import { createAcceptRequest } from '../core/request/accept-request.ts';
import { createRetryRequest } from '../core/request/retry-request.ts';
import type { ApiEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeAccount } from './account.ts';
import { composePartnerKeys } from './partner-keys.ts';
import { composePartnerLimits } from './partner-limits.ts';
import { prepare, readLedger, readQueueDepth } from './prepare.ts';
import { composeTelemetry } from './shared.ts';

/** How long a container goes on with the account's pause that it has read. */
const PAUSE_TTL_MS = 5000;

export function composeApi(environment: ApiEnvironment, runtime: Runtime) {
  const { clock, randomId, traceHeader, sqs: send } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'reprocess-api');
  const { log } = telemetry;
  const { REQUESTS_QUEUE_URL: queueUrl, MAX_QUEUE_DEPTH: limit } = environment;
  const queue = createRequestQueue({ send, queueUrl });
  const isBacklogged = createBacklog({ send, queueUrl, limit, clock, log });
  const database = { send: runtime.dynamo, table: environment.LEDGER_TABLE, clock };
  const ledger = createLedger({ ...database, randomId });
  const { settings, budgets, pauses } = composeAccount(environment, runtime);
  const account = createAccountState({ settings, budgets, pauses, clock });
  const acceptRequest = createAcceptRequest({ ledger, queue, clock, log, isBacklogged });
  const lists = createRequestLists(database);
  const retryRequest = createRetryRequest({ ledger, lists, acceptRequest, clock });
  const keys = composePartnerKeys(environment, runtime, telemetry);
  return {
    acceptRequest,
    retryRequest,
    lists,
    listOfImage: createListOfImage(database),
    authentication: keys.authentication,
    owners: keys.owners,
    limiter: composePartnerLimits(environment, runtime, telemetry),
    ledger,
    account,
    recentPause: createRecently(account.pause, PAUSE_TTL_MS, clock),
    pauses,
    requestCounts: createQueueCounts({ send, queueUrl }),
    deadLetterCounts: createQueueCounts({ send, queueUrl: environment.DEAD_LETTERS_QUEUE_URL }),
    webhookSeen: createWebhookSeen(database),
    version: environment.VERSION,
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
