import middy from '@middy/core';
import { composeApi } from '../composition/api.ts';
import { apiEnvironment, readEnvironment } from '../environment.ts';
import { partnerMiddleware } from '../lambda/partner-middleware.ts';
import { systemRuntime } from '../runtime.ts';
import { createApiHandler } from './handler.ts';
import { retryAdvice } from './retry-advice.ts';
import { routeOf } from './routes.ts';

const environment = readEnvironment(apiEnvironment, process.env);
const runtime = systemRuntime();

const { prepare, ...parts } = composeApi(environment, runtime);

export const handler = middy(createApiHandler(parts)).use(
  partnerMiddleware(parts, {
    invocation: runtime.invocation,
    routeOf,
    retryAdvice,
  }),
);
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
