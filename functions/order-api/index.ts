import middy from '@middy/core';
import { systemBatchRuntime } from '../batch-runtime.ts';
import { composeOrderApi } from '../composition/order-api.ts';
import { orderApiEnvironment, readEnvironment } from '../environment.ts';
import { batchRetryAdvice } from '../lambda/batch-retry-advice.ts';
import { partnerMiddleware } from '../lambda/partner-middleware.ts';
import { createOrderApiHandler } from './handler.ts';
import { routeOf } from './routes.ts';

const environment = readEnvironment(orderApiEnvironment, process.env);
const runtime = systemBatchRuntime();

const { prepare, ...parts } = composeOrderApi(environment, runtime);

export const handler = middy(createOrderApiHandler(parts)).use(
  partnerMiddleware(parts, {
    invocation: runtime.invocation,
    routeOf,
    retryAdvice: batchRetryAdvice,
  }),
);
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
