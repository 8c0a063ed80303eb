import middy from '@middy/core';
import { composeCallbackApi } from '../composition/callback-api.ts';
import { callbackApiEnvironment, readEnvironment } from '../environment.ts';
import { conditionalGet } from '../lambda/conditional-get.ts';
import { currentInvocation } from '../lambda/current-invocation.ts';
import { partnerAuthentication } from '../lambda/partner-authentication.ts';
import { partnerLimits } from '../lambda/partner-limits.ts';
import { problemDetails } from '../lambda/problem-details.ts';
import { systemRuntime } from '../runtime.ts';
import { createCallbackApiHandler, retryAdvice } from './handler.ts';
import { needsNoKey } from './routes.ts';

const environment = readEnvironment(callbackApiEnvironment, process.env);
const runtime = systemRuntime();

const { prepare, ...parts } = composeCallbackApi(environment, runtime);

export const handler = middy(createCallbackApiHandler(parts))
  .use(currentInvocation(runtime.invocation))
  .use(problemDetails(parts, retryAdvice))
  .use(conditionalGet())
  .use(partnerAuthentication({ ...parts.authentication, isOpen: needsNoKey }))
  .use(partnerLimits(parts));
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
