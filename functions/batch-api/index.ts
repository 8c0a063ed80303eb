import middy from '@middy/core';
import { systemBatchRuntime } from '../batch-runtime.ts';
import { composeBatchApi } from '../composition/batch-api.ts';
import { batchApiEnvironment, readEnvironment } from '../environment.ts';
import { batchRetryAdvice } from '../lambda/batch-retry-advice.ts';
import { partnerMiddleware } from '../lambda/partner-middleware.ts';
import { createBatchApiHandler } from './handler.ts';
import { routeOf } from './routes.ts';

const environment = readEnvironment(batchApiEnvironment, process.env);
const runtime = systemBatchRuntime();

const { prepare, ...parts } = composeBatchApi(environment, runtime);

export const handler = middy(createBatchApiHandler(parts)).use(
  partnerMiddleware(parts, {
    invocation: runtime.invocation,
    routeOf,
    retryAdvice: batchRetryAdvice,
  }),
);
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
