import middy from '@middy/core';
import { composeWorker } from '../composition/worker.ts';
import { readEnvironment, workerEnvironment } from '../environment.ts';
import { systemWorld } from '../world.ts';
import { createWorkerHandler } from './handler.ts';

const environment = readEnvironment(workerEnvironment, process.env);

export const handler = middy(createWorkerHandler(composeWorker(environment, systemWorld())));
