import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Transport } from '../functions/adapters/autoenhance/http-request.ts';
import { createWebhookHandler, retryAdvice as webhookAdvice } from '../functions/autoenhance-webhook/handler.ts';
import { createBatchApiHandler } from '../functions/batch-api/handler.ts';
import { routeOf as batchRouteOf } from '../functions/batch-api/routes.ts';
import { createFeederHandler } from '../functions/batch-feeder/handler.ts';
import type { BatchRuntime } from '../functions/batch-runtime.ts';
import { retryAdvice as callbackAdvice, createCallbackApiHandler } from '../functions/callback-api/handler.ts';
import { routeOf as callbackRouteOf } from '../functions/callback-api/routes.ts';
import { createCallbackDeliveryHandler } from '../functions/callback-delivery/handler.ts';
import { createSweepHandler } from '../functions/completion-sweep/handler.ts';
import { composeApi } from '../functions/composition/api.ts';
import { composeBatchApi } from '../functions/composition/batch-api.ts';
import { composeBatchFeeder } from '../functions/composition/batch-feeder.ts';
import { composeCallbackApi } from '../functions/composition/callback-api.ts';
import { composeCallbackDelivery } from '../functions/composition/callback-delivery.ts';
import { composeCompletionSweep } from '../functions/composition/completion-sweep.ts';
import { composeDeadLetters } from '../functions/composition/dead-letters.ts';
import { composeOrderApi } from '../functions/composition/order-api.ts';
import { composeUploadTrigger } from '../functions/composition/upload-trigger.ts';
import { composeWebhook } from '../functions/composition/webhook.ts';
import { composeWorker } from '../functions/composition/worker.ts';
import type { Post } from '../functions/core/callback/ports.ts';
import { createDeadLettersHandler } from '../functions/dead-letters/handler.ts';
import type { BudgetEnvironment, FeederEnvironment, WorkerEnvironment } from '../functions/environment.ts';
import { batchRetryAdvice } from '../functions/lambda/batch-retry-advice.ts';
import type { HttpResponse } from '../functions/lambda/http.ts';
import { partnerAuthentication } from '../functions/lambda/partner-authentication.ts';
import { partnerLimits } from '../functions/lambda/partner-limits.ts';
import { problemDetails } from '../functions/lambda/problem-details.ts';
import { webhookAuthentication } from '../functions/lambda/webhook-authentication.ts';
import { createOrderApiHandler } from '../functions/order-api/handler.ts';
import { routeOf as orderRouteOf } from '../functions/order-api/routes.ts';
import { createApiHandler } from '../functions/reprocess-api/handler.ts';
import { retryAdvice } from '../functions/reprocess-api/retry-advice.ts';
import { routeOf } from '../functions/reprocess-api/routes.ts';
import { createWorkerHandler } from '../functions/reprocess-worker/handler.ts';
import type { UploadRuntime } from '../functions/upload-runtime.ts';
import { createUploadHandler } from '../functions/upload-trigger/handler.ts';
import { signer } from './models/aws/signer.ts';
import type { Handler } from './models/lambda.ts';
import {
  API,
  BATCH_API,
  CALLBACK_API,
  CALLBACK_DELIVERY,
  DEAD_LETTERS,
  FEEDER,
  ORDER_API,
  SWEEP,
  UPLOAD,
  WEBHOOK,
  WORKER,
} from './stage.ts';

/** Loads a function's module in a new environment: the same wiring as in its index.ts, over a runtime of the simulator's. */
export type Entry = (runtime: UploadRuntime, transport: Transport, settings: Settings, post: Post) => Handler;

/** What differs from run to run of the variables that a stack gives its functions. */
export type Settings = Pick<WorkerEnvironment, 'FREE_RECEIVES' | 'CALLS_PER_SECOND'> &
  Pick<FeederEnvironment, 'BULK_DEPTH'> &
  Partial<BudgetEnvironment>;

export interface Entries {
  readonly worker: Entry;
  readonly deadLetters: Entry;
  readonly api: Entry;
  readonly batchApi: Entry;
  readonly orderApi: Entry;
  readonly uploadTrigger: Entry;
  readonly feeder: Entry;
  readonly webhook: Entry;
  readonly sweep: Entry;
  readonly callbackApi: Entry;
  readonly callbackDelivery: Entry;
}

/** The service as it is; a test puts a broken one in its place. */
export const realEntries: Entries = {
  worker: (runtime, transport, settings) =>
    createWorkerHandler(composeWorker({ ...WORKER, ...settings }, runtime, transport)),
  deadLetters: (runtime, _, settings) =>
    createDeadLettersHandler(composeDeadLetters({ ...DEAD_LETTERS, ...settings }, runtime)),
  api: (runtime, _, settings) => {
    const parts = composeApi({ ...API, ...settings }, runtime);
    const authentication = partnerAuthentication({ ...parts.authentication, routeOf });
    return overHttp(
      createApiHandler(parts),
      [authentication, partnerLimits(parts)],
      problemDetails(parts, retryAdvice),
    );
  },
  batchApi: (runtime, _, settings) => {
    const parts = composeBatchApi(
      { ...BATCH_API, ...settings, CALLS_PER_SECOND: BATCH_API.CALLS_PER_SECOND },
      withSigner(runtime),
    );
    const authentication = partnerAuthentication({ ...parts.authentication, routeOf: batchRouteOf });
    return overHttp(
      createBatchApiHandler(parts),
      [authentication, partnerLimits(parts)],
      problemDetails(parts, batchRetryAdvice),
    );
  },
  orderApi: (runtime, transport, settings) => {
    const parts = composeOrderApi(
      { ...ORDER_API, ...settings, CALLS_PER_SECOND: ORDER_API.CALLS_PER_SECOND },
      withSigner(runtime),
      transport,
    );
    const authentication = partnerAuthentication({ ...parts.authentication, routeOf: orderRouteOf });
    return overHttp(
      createOrderApiHandler(parts),
      [authentication, partnerLimits(parts)],
      problemDetails(parts, batchRetryAdvice),
    );
  },
  uploadTrigger: (runtime, _, settings) =>
    createUploadHandler(
      composeUploadTrigger({ ...UPLOAD, ...settings, CALLS_PER_SECOND: UPLOAD.CALLS_PER_SECOND }, runtime),
    ),
  feeder: (runtime, _, settings) => createFeederHandler(composeBatchFeeder({ ...FEEDER, ...settings }, runtime)),
  webhook: (runtime, transport, settings) => {
    const parts = composeWebhook({ ...WEBHOOK, ...settings }, runtime, transport);
    return overHttp(createWebhookHandler(parts), [webhookAuthentication(parts)], problemDetails(parts, webhookAdvice));
  },
  sweep: (runtime, transport, settings) =>
    createSweepHandler(
      composeCompletionSweep({ ...SWEEP, ...settings, CALLS_PER_SECOND: SWEEP.CALLS_PER_SECOND }, runtime, transport),
    ),
  callbackApi: (runtime, _, __, post) => {
    const parts = composeCallbackApi(CALLBACK_API, runtime, post);
    const authentication = partnerAuthentication({ ...parts.authentication, routeOf: callbackRouteOf });
    return overHttp(
      createCallbackApiHandler(parts),
      [authentication, partnerLimits(parts)],
      problemDetails(parts, callbackAdvice),
    );
  },
  callbackDelivery: (runtime, _, settings, post) =>
    createCallbackDeliveryHandler(
      composeCallbackDelivery({ ...CALLBACK_DELIVERY, FREE_RECEIVES: settings.FREE_RECEIVES }, runtime, post),
    ),
};

function withSigner(runtime: UploadRuntime): BatchRuntime {
  return { ...runtime, signer };
}

type HttpHandler<Event> = (event: Event, context: Context, options: { signal: AbortSignal }) => Promise<HttpResponse>;

// What middy does with a handler, but for its timer, which would run in real time: the simulated Lambda cuts off instead.
function overHttp<Event extends APIGatewayProxyEventV2>(
  handle: HttpHandler<Event>,
  middleware: readonly MiddlewareObj<Event, HttpResponse>[],
  { onError }: MiddlewareObj<APIGatewayProxyEventV2, HttpResponse>,
): Handler {
  return async (event: Event, context, options) => {
    const request = { event, context, response: undefined, error: null, internal: {} };
    try {
      for (const { before } of middleware) {
        const early = await before?.(request as never);
        if (early !== undefined) return early;
      }
      return await handle(request.event, context, options);
    } catch (error) {
      const failed = { ...request, error: error as Error, response: undefined as HttpResponse | undefined };
      await onError?.(failed as never);
      return failed.response;
    }
  };
}
