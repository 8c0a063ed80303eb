import middy from '@middy/core';
import { composeWorker } from '../composition.ts';
import { readEnvironment, workerEnvironment } from '../environment.ts';
import { createWorkerHandler } from './handler.ts';

export const handler = middy(createWorkerHandler(composeWorker(readEnvironment(workerEnvironment, process.env))));
