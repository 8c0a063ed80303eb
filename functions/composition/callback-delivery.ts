import { createDeliverCallback } from '../core/callback/deliver-callback.ts';
import type { Post } from '../core/callback/ports.ts';
import type { CallbackDeliveryEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeCallbacks } from './callbacks.ts';
import { composeResults } from './events.ts';
import { prepare, readLedger } from './prepare.ts';
import { composeMessageReturn, composeTelemetry } from './shared.ts';

/** @param post calls receivers; by HTTPS without it */
export function composeCallbackDelivery(environment: CallbackDeliveryEnvironment, runtime: Runtime, post?: Post) {
  const { clock, random } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'callback-delivery');
  const { prepareKeys, ...parts } = composeCallbacks(environment, runtime, telemetry, post);
  const events = composeResults(environment, runtime);
  return {
    deliverCallback: createDeliverCallback({
      ...parts,
      events,
      lifetimeMs: environment.CALLBACK_LIFETIME_SECONDS * 1000,
      clock,
      random,
      ...telemetry,
    }),
    outcomes: events,
    metrics: telemetry.metrics,
    ...composeMessageReturn(environment, environment.CALLBACKS_QUEUE_URL, runtime, telemetry),
    /** To be called once, in INIT. Never rejects. */
    prepare: () => prepare([prepareKeys, readLedger(environment, runtime)], runtime),
  };
}
