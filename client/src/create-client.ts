import { type Batches, createBatches } from './batches/batches.ts';
import type { Budget, PauseCall } from './contract.ts';
import { createCall } from './http/call.ts';
import { type CallOptions, createSend } from './http/send.ts';
import { systemRuntime } from './http/system-runtime.ts';
import { createReprocess, type Reprocess } from './reprocess.ts';
import { createRequests, type Requests } from './requests.ts';
import { type ClientOptions, parseSettings } from './settings.ts';

export interface AskedPause extends Omit<PauseCall, 'until'> {
  /** In the future. Without it, until somebody resumes. */
  readonly until?: Date | string | undefined;
}

export interface Client {
  /**
   * Has an image processed again, behind the earlier requests for it.
   * @throws ReprocessError when Autoenhance refuses, or the service cannot take it
   */
  readonly reprocess: Reprocess;
  readonly requests: Requests;
  readonly batches: Batches;
  /** What the account's daily limit has left, and whether the account is paused. */
  budget(options?: CallOptions): Promise<Budget>;
  /** Stops all calls for the account. For an operator. */
  pause(pause: AskedPause, options?: CallOptions): Promise<Budget>;
  resume(options?: CallOptions): Promise<Budget>;
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
    pause: async (pause, given) => (await call('PUT /v3/pause', [], { ...given, body: pause as PauseCall })).body,
    resume: async (given) => (await call('DELETE /v3/pause', [], given)).body,
  };
}
