import middy from '@middy/core';
import { composeWorker } from '../composition/worker.ts';
import { readEnvironment, workerEnvironment } from '../environment.ts';
import { currentInvocation } from '../lambda/current-invocation.ts';
import { systemRuntime } from '../runtime.ts';
import { createWorkerHandler } from './handler.ts';

const environment = readEnvironment(workerEnvironment, process.env);
const runtime = systemRuntime();

const { prepare, ...parts } = composeWorker(environment, runtime);

export const handler = middy(createWorkerHandler(parts)).use(currentInvocation(runtime.invocation));
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
