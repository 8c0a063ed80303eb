import { createBudgetStore } from '../adapters/ledger/account/budget.ts';
import { createPauseStore } from '../adapters/ledger/account/pause.ts';
import { createLedger } from '../adapters/ledger/ledger.ts';
import { createRequestsOfImage } from '../adapters/ledger/requests/requests-of-image.ts';
import { createRequestQueue } from '../adapters/queues/request-queue.ts';
import { createWindows } from '../core/budget/budget-policy.ts';
import { createLimitEvidence } from '../core/budget/limit-evidence.ts';
import { createSendAgain } from '../core/budget/send-again.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { WebhookEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

/** What a finished image shows about the account's limit, for whoever hears that it is finished. */
export function composeLimitEvidence(
  environment: Pick<WebhookEnvironment, 'LEDGER_TABLE' | 'REQUESTS_QUEUE_URL' | 'DAILY_RESET'>,
  runtime: Runtime,
  telemetry: Telemetry,
) {
  const { LEDGER_TABLE: table, REQUESTS_QUEUE_URL: queueUrl, DAILY_RESET: reset } = environment;
  const { dynamo: send, sqs, clock, randomId } = runtime;
  const sendAgain = createSendAgain({
    ledger: createLedger({ send, table, clock, randomId }),
    queue: createRequestQueue({ send: sqs, queueUrl }),
    requests: createRequestsOfImage({ send, table, clock }),
    ...{ clock, ...telemetry },
  });
  const budgets = createBudgetStore({ send, table, clock, randomId });
  const pauses = createPauseStore({ send, table, clock });
  return createLimitEvidence({ budgets, pauses, sendAgain, currentWindow: createWindows(reset), clock, ...telemetry });
}
