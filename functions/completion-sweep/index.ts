import middy from '@middy/core';
import { composeCompletionSweep } from '../composition/completion-sweep.ts';
import { readEnvironment, sweepEnvironment } from '../environment.ts';
import { currentInvocation } from '../lambda/current-invocation.ts';
import { systemRuntime } from '../runtime.ts';
import { createSweepHandler } from './handler.ts';

const environment = readEnvironment(sweepEnvironment, process.env);
const runtime = systemRuntime();

export const handler = middy(createSweepHandler(composeCompletionSweep(environment, runtime))).use(
  currentInvocation(runtime.invocation),
);
