import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Transport } from '../functions/adapters/autoenhance/http-request.ts';
import { composeApi } from '../functions/composition/api.ts';
import { composeDeadLetters } from '../functions/composition/dead-letters.ts';
import { composeWorker } from '../functions/composition/worker.ts';
import { createDeadLettersHandler } from '../functions/dead-letters/handler.ts';
import type { BudgetEnvironment, WorkerEnvironment } from '../functions/environment.ts';
import { type PartnerEvent, partnerAuthentication } from '../functions/lambda/partner-authentication.ts';
import { problemDetails } from '../functions/lambda/problem-details.ts';
import { createApiHandler } from '../functions/reprocess-api/handler.ts';
import { retryAdvice } from '../functions/reprocess-api/retry-advice.ts';
import { needsNoKey } from '../functions/reprocess-api/routes.ts';
import { createWorkerHandler } from '../functions/reprocess-worker/handler.ts';
import type { Runtime } from '../functions/runtime.ts';
import type { Handler } from './models/lambda.ts';
import { API, DEAD_LETTERS, WORKER } from './stage.ts';

/** Loads a function's module in a new environment: the same wiring as in its index.ts, over a runtime of the simulator's. */
export type Entry = (runtime: Runtime, transport: Transport, settings: Settings) => Handler;

/** What differs from run to run of the variables that a stack gives its functions. */
export type Settings = Pick<WorkerEnvironment, 'FREE_RECEIVES'> & Partial<BudgetEnvironment>;

export interface Entries {
  readonly worker: Entry;
  readonly deadLetters: Entry;
  readonly api: Entry;
}

/** The service as it is; a test puts a broken one in its place. */
export const realEntries: Entries = {
  worker: (runtime, transport, settings) =>
    createWorkerHandler(composeWorker({ ...WORKER, ...settings }, runtime, transport)),
  deadLetters: (runtime, _, settings) =>
    createDeadLettersHandler(composeDeadLetters({ ...DEAD_LETTERS, ...settings }, runtime)),
  api: (runtime, _, settings) => createApi(runtime, settings),
};

// What middy does with a handler, but for its timer, which would run in real time: the simulated Lambda cuts off instead.
function createApi(runtime: Runtime, settings: Settings): Handler {
  const parts = composeApi({ ...API, ...settings }, runtime);
  const handle = createApiHandler(parts);
  const { before } = partnerAuthentication({ ...parts.authentication, isOpen: needsNoKey });
  const { onError } = problemDetails(parts, retryAdvice);
  return async (event: APIGatewayProxyEventV2, context, options) => {
    const request = { event: event as PartnerEvent, context, response: undefined, error: null, internal: {} };
    try {
      return (await before?.(request)) ?? (await handle(request.event, context, options));
    } catch (error) {
      const failed = { ...request, error: error as Error };
      await onError?.(failed);
      return failed.response;
    }
  };
}
