import middy from '@middy/core';
import { composeCallbackDelivery } from '../composition/callback-delivery.ts';
import { callbackDeliveryEnvironment, readEnvironment } from '../environment.ts';
import { currentInvocation } from '../lambda/current-invocation.ts';
import { systemRuntime } from '../runtime.ts';
import { createCallbackDeliveryHandler } from './handler.ts';

const environment = readEnvironment(callbackDeliveryEnvironment, process.env);
const runtime = systemRuntime();

const { prepare, ...parts } = composeCallbackDelivery(environment, runtime);

export const handler = middy(createCallbackDeliveryHandler(parts)).use(currentInvocation(runtime.invocation));
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
