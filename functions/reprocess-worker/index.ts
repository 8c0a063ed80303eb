import middy from '@middy/core';
import { composeWorker } from '../composition/worker.ts';
import { readEnvironment, workerEnvironment } from '../environment.ts';
import { systemRuntime } from '../runtime.ts';
import { createWorkerHandler } from './handler.ts';

const environment = readEnvironment(workerEnvironment, process.env);

const { prepare, ...parts } = composeWorker(environment, systemRuntime());

export const handler = middy(createWorkerHandler(parts));
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
