import { createFindCallback } from '../adapters/ledger/callbacks/find-callback.ts';
import { createCallbackQueue } from '../adapters/queues/callback-queue.ts';
import { createResultQueue } from '../adapters/queues/result-queue.ts';
import { createTellPartners } from '../core/callback/tell-partners.ts';
import type { Events } from '../core/outcome/events.ts';
import type { WorkerEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

/** The results queue alone, for what belongs to no partner. */
export function composeResults(
  { RESULTS_QUEUE_URL: queueUrl, STAGE: stage }: Pick<WorkerEnvironment, 'RESULTS_QUEUE_URL' | 'STAGE'>,
  { sqs: send, clock }: Runtime,
): Events {
  return createResultQueue({ send, queueUrl, stage, clock });
}

/** The results queue, and the callbacks of partners. */
export function composeEvents(
  environment: Pick<WorkerEnvironment, 'RESULTS_QUEUE_URL' | 'CALLBACKS_QUEUE_URL' | 'LEDGER_TABLE' | 'STAGE'>,
  runtime: Runtime,
): Events {
  const { CALLBACKS_QUEUE_URL: queueUrl, LEDGER_TABLE: table, STAGE: stage } = environment;
  const { sqs, dynamo, clock } = runtime;
  return createTellPartners({
    events: composeResults(environment, runtime),
    findCallback: createFindCallback({ send: dynamo, table }),
    queue: createCallbackQueue({ send: sqs, queueUrl, clock }),
    stage,
    clock,
  });
}
