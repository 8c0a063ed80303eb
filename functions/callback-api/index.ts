import middy from '@middy/core';
import { composeCallbackApi } from '../composition/callback-api.ts';
import { callbackApiEnvironment, readEnvironment } from '../environment.ts';
import { partnerMiddleware } from '../lambda/partner-middleware.ts';
import { systemRuntime } from '../runtime.ts';
import { createCallbackApiHandler, retryAdvice } from './handler.ts';
import { routeOf } from './routes.ts';

const environment = readEnvironment(callbackApiEnvironment, process.env);
const runtime = systemRuntime();

const { prepare, ...parts } = composeCallbackApi(environment, runtime);

export const handler = middy(createCallbackApiHandler(parts)).use(
  partnerMiddleware(parts, {
    invocation: runtime.invocation,
    routeOf,
    retryAdvice,
  }),
);
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
