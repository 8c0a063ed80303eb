import middy from '@middy/core';
import { composeDeadLetters } from '../composition/dead-letters.ts';
import { deadLettersEnvironment, readEnvironment } from '../environment.ts';
import { currentInvocation } from '../lambda/current-invocation.ts';
import { systemRuntime } from '../runtime.ts';
import { createDeadLettersHandler } from './handler.ts';

const environment = readEnvironment(deadLettersEnvironment, process.env);
const runtime = systemRuntime();

export const handler = middy(createDeadLettersHandler(composeDeadLetters(environment, runtime))).use(
  currentInvocation(runtime.invocation),
);
