import { type Batches, createBatches } from './batches/batches.ts';
import type { Routes } from './contract.ts';
import { type BodyOf, createCall } from './http/call.ts';
import { type CallOptions, createSend } from './http/send.ts';
import { systemRuntime } from './http/system-runtime.ts';
import { createReprocess, type Reprocess } from './reprocess.ts';
import { createRequests, type Requests } from './requests.ts';
import { type ClientOptions, parseSettings } from './settings.ts';

export interface Client {
  /**
   * Has an image processed again, behind the earlier requests for it.
   * @throws ReprocessError when Autoenhance refuses, or the service cannot take it
   */
  readonly reprocess: Reprocess;
  readonly requests: Requests;
  readonly batches: Batches;
  /** What the account's daily limit has left. */
  budget(options?: CallOptions): Promise<BodyOf<'GET /v3/budget'>>;
  /** Stops all calls for the account. For an operator. */
  pause(pause: Routes['PUT /v3/pause']['body'], options?: CallOptions): Promise<BodyOf<'PUT /v3/pause'>>;
  resume(options?: CallOptions): Promise<BodyOf<'DELETE /v3/pause'>>;
}

/** @throws TypeError when an option cannot be used */
export function createClient(options: ClientOptions): Client {
  const settings = parseSettings(options);
  const runtime = systemRuntime(options.fetch);
  const send = createSend(runtime, settings);
  const call = createCall(send, settings);
  return {
    reprocess: createReprocess(call),
    requests: createRequests(call, runtime),
    batches: createBatches(call, send, runtime),
    budget: async (given) => (await call('GET /v3/budget', [], given)).body,
    pause: async (body, given) => (await call('PUT /v3/pause', [], { ...given, body })).body,
    resume: async (given) => (await call('DELETE /v3/pause', [], given)).body,
  };
}
