import middy from '@middy/core';
import { composeConsole } from '../composition/console.ts';
import { consoleEnvironment, readEnvironment } from '../environment.ts';
import { currentInvocation } from '../lambda/current-invocation.ts';
import { problemDetails } from '../lambda/problem-details.ts';
import { securityHeaders } from '../lambda/security-headers.ts';
import { systemRuntime } from '../runtime.ts';
import { createConsoleHandler } from './handler.ts';

const environment = readEnvironment(consoleEnvironment, process.env);
const runtime = systemRuntime();

const { prepare, ...parts } = composeConsole(environment, runtime);

export const handler = middy(createConsoleHandler(parts))
  .use(currentInvocation(runtime.invocation))
  .use(securityHeaders())
  .use(problemDetails(parts, () => ': make the same call again'));
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
