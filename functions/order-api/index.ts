import middy from '@middy/core';
import { systemBatchRuntime } from '../batch-runtime.ts';
import { composeOrderApi } from '../composition/order-api.ts';
import { orderApiEnvironment, readEnvironment } from '../environment.ts';
import { batchRetryAdvice } from '../lambda/batch-retry-advice.ts';
import { conditionalGet } from '../lambda/conditional-get.ts';
import { currentInvocation } from '../lambda/current-invocation.ts';
import { partnerAuthentication } from '../lambda/partner-authentication.ts';
import { partnerLimits } from '../lambda/partner-limits.ts';
import { problemDetails } from '../lambda/problem-details.ts';
import { createOrderApiHandler } from './handler.ts';
import { needsNoKey } from './routes.ts';

const environment = readEnvironment(orderApiEnvironment, process.env);
const runtime = systemBatchRuntime();

const { prepare, ...parts } = composeOrderApi(environment, runtime);

export const handler = middy(createOrderApiHandler(parts))
  .use(currentInvocation(runtime.invocation))
  .use(problemDetails(parts, batchRetryAdvice))
  .use(conditionalGet())
  .use(partnerAuthentication({ ...parts.authentication, isOpen: needsNoKey }))
  .use(partnerLimits(parts));
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
