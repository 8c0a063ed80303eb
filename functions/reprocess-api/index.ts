import middy from '@middy/core';
import { composeApi } from '../composition/api.ts';
import { apiEnvironment, readEnvironment } from '../environment.ts';
import { partnerAuthentication } from '../lambda/partner-authentication.ts';
import { problemDetails } from '../lambda/problem-details.ts';
import { systemRuntime } from '../runtime.ts';
import { createApiHandler } from './handler.ts';
import { needsNoKey } from './routes.ts';
import { whileAway } from './while-away.ts';

const { prepare, ...parts } = composeApi(readEnvironment(apiEnvironment, process.env), systemRuntime());

export const handler = middy(createApiHandler(parts))
  .use(problemDetails(parts.log, whileAway))
  .use(partnerAuthentication({ authenticate: parts.authenticate, isOpen: needsNoKey }));
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
