import middy from '@middy/core';
import { composeApi } from '../composition/api.ts';
import { apiEnvironment, readEnvironment } from '../environment.ts';
import { conditionalGet } from '../lambda/conditional-get.ts';
import { currentInvocation } from '../lambda/current-invocation.ts';
import { partnerAuthentication } from '../lambda/partner-authentication.ts';
import { partnerLimits } from '../lambda/partner-limits.ts';
import { problemDetails } from '../lambda/problem-details.ts';
import { systemRuntime } from '../runtime.ts';
import { createApiHandler } from './handler.ts';
import { retryAdvice } from './retry-advice.ts';
import { needsNoKey } from './routes.ts';

const environment = readEnvironment(apiEnvironment, process.env);
const runtime = systemRuntime();

const { prepare, ...parts } = composeApi(environment, runtime);

export const handler = middy(createApiHandler(parts))
  .use(currentInvocation(runtime.invocation))
  .use(problemDetails(parts, retryAdvice))
  .use(conditionalGet())
  .use(partnerAuthentication({ ...parts.authentication, isOpen: needsNoKey }))
  .use(partnerLimits(parts));
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
