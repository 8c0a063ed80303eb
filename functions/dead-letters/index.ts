import middy from '@middy/core';
import { composeDeadLetters } from '../composition/dead-letters.ts';
import { deadLettersEnvironment, readEnvironment } from '../environment.ts';
import { systemRuntime } from '../runtime.ts';
import { createDeadLettersHandler } from './handler.ts';

const environment = readEnvironment(deadLettersEnvironment, process.env);

export const handler = middy(createDeadLettersHandler(composeDeadLetters(environment, systemRuntime())));
